"""Two Strawberry subgraphs for clients to query: products (with a subscription) and their reviews."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import strawberry
from starlette.datastructures import UploadFile
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.federation import Schema
from strawberry.file_uploads import Upload

NAMES = {"1": "Shawarma", "2": "Falafel"}


@strawberry.federation.type(keys=["id"])
class Product:
    id: strawberry.ID
    name: str
    price: int


@strawberry.type
class Query:
    @strawberry.field
    def product(self, id: strawberry.ID) -> Product:
        return Product(id=id, name=NAMES[id], price=100)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, id: strawberry.ID, name: str) -> Product:
        return Product(id=id, name=name, price=100)

    @strawberry.mutation
    async def attach(self, files: list[Upload], note: str) -> str:
        contents = [
            f"{file.filename}={(await file.read()).decode()}" for file in cast(list[UploadFile], files)
        ]
        return f"{note}: {', '.join(contents)}"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def price_changed(self, id: strawberry.ID, times: int) -> AsyncIterator[Product]:
        for number in range(times):
            yield Product(id=id, name=NAMES[id], price=100 + number)


@strawberry.federation.type(keys=["id"], name="Product")
class Reviewed:
    id: strawberry.ID

    @strawberry.field
    def reviews(self) -> list[str]:
        return [f"review of {self.id}"]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Reviewed:
        return cls(id=id)


@strawberry.type
class ReviewsQuery:
    @strawberry.field
    def reviewed(self, id: strawberry.ID) -> Reviewed:
        return Reviewed(id=id)


PRODUCTS = Schema(query=Query, mutation=Mutation, subscription=Subscription)
REVIEWS = Schema(query=ReviewsQuery, types=[Reviewed])


def app_of(schema: Schema) -> ASGIApp:
    """Serve one of them."""
    return GraphQL(schema, multipart_uploads_enabled=True)
