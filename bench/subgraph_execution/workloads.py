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


@strawberry.federation.type(keys=["id"])
class Dish(Product):
    """The same, with a way to give all entities of a request in one call, which only we know."""

    @classmethod
    async def resolve_references(cls, info: strawberry.Info, representations: list[dict[str, Any]]) -> Any:
        """The dishes of a request, through its loader."""
        return await info.context.load_many([each["id"] for each in representations])


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    def products(self, info: strawberry.Info, first: int) -> list[Product]:
        """So many products."""
        return PRODUCTS[:first]


def _product(number: int, kind: type[Product] = Product) -> Product:
    return kind(
        id=strawberry.ID(f"{kind.__name__[0].lower()}{number}"),
        name=f"Product {number}",
        description=None if number % 7 == 0 else f"What product {number} is made of",
        price=100 + number,
        available=number % 5 != 0,
        rating=number % 50 / 10 + 0.25,
    )


PRODUCTS = [_product(number) for number in range(10_000)]
DISHES = [_product(number, Dish) for number in range(50)]
BY_ID = {product.id: product for product in (*PRODUCTS, *DISHES)}


class ProductById(DataLoader[strawberry.ID, Product]):
    """A request's loader, and its context."""

    async def batch_load_fn(self, keys: list[strawberry.ID]) -> list[Any]:
        """All keys of a level at once."""
        return [BY_ID.get(key) for key in keys]


class CompiledSchema(CompiledExecution, Schema):
    """Strawberry's request cycle around the compiled executor."""


def strawberry_schema(kind: type[Schema] = Schema, extensions: tuple[Any, ...] = ()) -> Schema:
    """The catalog as a subgraph."""
    return kind(query=Query, types=[Product, Dish], extensions=list(extensions))


def core_schema() -> GraphQLSchema:
    """The same for graphql-core alone: no Strawberry between a field and its attribute."""
    schema = build_schema(
        """
        scalar _Any
        type Product {
          id: ID!, name: String!, description: String, price: Int!, available: Boolean!, rating: Float!
        }
        type Dish { id: ID!, name: String!, price: Int!, available: Boolean! }
        union _Entity = Product | Dish
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
    entity.resolve_type = lambda value, *_: type(value).__name__
    return schema


def _representations(type_name: str) -> dict[str, Any]:
    key = type_name[0].lower()
    return {"r": [{"__typename": type_name, "id": f"{key}{number}"} for number in range(50)]}


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
        lambda: _representations("Product"),
    ),
    Workload(
        "the same, of a type with resolve_references",
        "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Dish { id name price available } } }",
        lambda: _representations("Dish"),
    ),
    Workload("a list of 100 with 6 fields", f"{{ products(first: 100) {_SIX} }}"),
    Workload("a list of 10,000 with 6 fields", f"{{ products(first: 10000) {_SIX} }}", runs=1),
)
