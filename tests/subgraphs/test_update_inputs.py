"""In every input that changes something absent means unchanged: no default of its fields is ever written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, Undefined, get_named_type
from strawberry.types.maybe import _annotation_is_maybe

from subgraphs import catalog, orders, riders, users
from subgraphs.catalog.schema import schema as catalog_schema
from subgraphs.common.execution import FederatedSchema
from subgraphs.orders.schema import schema as orders_schema
from subgraphs.riders.schema import schema as riders_schema
from subgraphs.users.schema import schema as users_schema

SCHEMAS = {
    catalog.__name__: catalog_schema,
    orders.__name__: orders_schema,
    riders.__name__: riders_schema,
    users.__name__: users_schema,
}
# Fields that name what is changed, or the request itself.
NAMES = ("id", "vendorId", "idempotencyKey")
# Inputs that make something new, or report something whole: they change nothing that was there before.
WHOLE = {
    "RegisterInput",
    "PlaceOrderInput",
    "OrderItemInput",
    "DeliveryAddressInput",
    "ReportLocationInput",
    "CreateVendorInput",
    "DeliveryAreaInput",
    "ChangePricesInput",
}


def _inputs(schema: FederatedSchema) -> Iterator[GraphQLInputObjectType]:
    """Of all mutations, those within others included."""
    mutation = schema._schema.mutation_type
    waiting = (
        [arg.type for field in mutation.fields.values() for arg in field.args.values()] if mutation else []
    )
    seen: set[str] = set()
    while waiting:
        type_: Any = get_named_type(waiting.pop())
        if isinstance(type_, GraphQLInputObjectType) and type_.name not in seen:
            seen.add(type_.name)
            waiting += [field.type for field in type_.fields.values()]
            yield type_


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_field_that_may_be_left_out_of_a_change_has_no_default(name: str) -> None:
    for input in _inputs(SCHEMAS[name]):
        if input.name in WHOLE:
            continue
        for field_name, field in input.fields.items():
            if field_name in NAMES or isinstance(field.type, GraphQLNonNull):
                continue
            python = field.extensions["strawberry-definition"]
            where = f"{input.name}.{field_name}"
            assert field.default_value is Undefined, f"{where}: absent would be written over what is there"
            assert _annotation_is_maybe(python.type_annotation.raw_annotation), f"{where} must be a Maybe"


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_called_a_change_is_no_whole(name: str) -> None:
    """An input of a mutation that saves, sets, changes or updates something by its id is one of the above."""
    for input in _inputs(SCHEMAS[name]):
        if input.name.startswith(("Save", "Set", "Change", "Update", "Edit")) and "id" in input.fields:
            assert input.name not in WHOLE
