"""What is run: a small catalog as Strawberry writes it, and the same schema for graphql-core alone.

Both read the same objects. Entities come through a loader, as they do from a database: one batch for each
request, made of plain objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import strawberry
from aiodataloader import DataLoader
from graphql import GraphQLObjectType, GraphQLSchema, GraphQLUnionType, build_schema
from strawberry.federation import Schema

from subgraphs.common.execution.compiled import CompiledExecution


@strawberry.federation.type(keys=["id"])
class Product:
    """A product of a menu."""

    id: strawberry.ID
    name: str
    description: str | None
    price: int
    available: bool
    rating: float

    @classmethod
    async def resolve_reference(cls, info: strawberry.Info, id: strawberry.ID) -> Any:
        """The product with an id, through the request's loader."""
        return await info.context.load(id)


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def products(self, info: strawberry.Info, first: int) -> list[Product]:
        """So many products."""
        return PRODUCTS[:first]


def _product(number: int) -> Product:
    return Product(
        id=strawberry.ID(f"p{number}"),
        name=f"Product {number}",
        description=None if number % 7 == 0 else f"What product {number} is made of",
        price=100 + number,
        available=number % 5 != 0,
        rating=number % 50 / 10 + 0.25,
    )


PRODUCTS = [_product(number) for number in range(10_000)]
BY_ID = {product.id: product for product in PRODUCTS}


class ProductById(DataLoader[strawberry.ID, Product]):
    """A request's loader, and its context."""

    async def batch_load_fn(self, keys: list[strawberry.ID]) -> list[Any]:
        """All keys of a level at once."""
        return [BY_ID.get(key) for key in keys]


class CompiledSchema(CompiledExecution, Schema):
    """Strawberry's request cycle around the compiled executor."""


def strawberry_schema(kind: type[Schema] = Schema, extensions: tuple[Any, ...] = ()) -> Schema:
    """The catalog as a subgraph."""
    return kind(query=Query, types=[Product], extensions=list(extensions))


def core_schema() -> GraphQLSchema:
    """The same for graphql-core alone: no Strawberry between a field and its attribute."""
    schema = build_schema(
        """
        scalar _Any
        type Product {
          id: ID!, name: String!, description: String, price: Int!, available: Boolean!, rating: Float!
        }
        union _Entity = Product
        type Query { products(first: Int!): [Product!]!  _entities(representations: [_Any!]!): [_Entity]! }
        """
    )
    query, entity = schema.type_map["Query"], schema.type_map["_Entity"]
    assert isinstance(query, GraphQLObjectType)
    assert isinstance(entity, GraphQLUnionType)
    query.fields["products"].resolve = lambda _, info, first: PRODUCTS[:first]
    query.fields["_entities"].resolve = lambda _, info, representations: [
        info.context.load(each["id"]) for each in representations
    ]
    entity.resolve_type = lambda *_: "Product"
    return schema


def _representations(count: int) -> dict[str, Any]:
    return {"r": [{"__typename": "Product", "id": f"p{number}"} for number in range(count)]}


@dataclass(frozen=True, slots=True)
class Workload:
    """An operation; `variables` are made anew each time, as a server does."""

    name: str
    text: str
    variables: Callable[[], dict[str, Any]] = field(default=dict)
    # Runs in one measured stretch, such that it takes some milliseconds at least.
    runs: int = 20


_SIX = "{ id name description price available rating }"
WORKLOADS = (
    Workload(
        "_entities of 50 with 4 fields, through a loader",
        "query ($r: [_Any!]!) { _entities(representations: $r) {"
        " ... on Product { id name price available } } }",
        lambda: _representations(50),
    ),
    Workload("a list of 100 with 6 fields", f"{{ products(first: 100) {_SIX} }}"),
    Workload("a list of 10,000 with 6 fields", f"{{ products(first: 10000) {_SIX} }}", runs=1),
)
