"""From paths to an operation that asks for what is at their ends, and from an answer to what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLUnionType,
    ast_from_value,
    get_named_type,
    print_ast,
)

from tests.walls.aims import arguments_of
from tests.walls.graph import Operation
from tests.walls.paths import Path, Step
from tests.walls.rules import Aim

# A value at the end of a path, with the ids of the objects on the way to it.
Found = tuple[tuple[str, ...], Any]


def root_operation(kind: str, aim: Aim, paths: Mapping[str, Path]) -> Operation:
    """A root field's operation, once for each path."""
    fields = (f"{alias}: {selection(path, aim.arguments)}" for alias, path in paths.items())
    return Operation(f"{kind} {{ {' '.join(fields)} }}")


def entity_operation(representation: Mapping[str, Any], paths: Mapping[str, Path]) -> Operation:
    """What a router asks a subgraph of an entity, once for each path."""
    fields = (f"{alias}: {_entity(path)}" for alias, path in paths.items())
    query = f"query($representations: [_Any!]!) {{ {' '.join(fields)} }}"
    return Operation(query, {"representations": [representation]})


def mutation(root: Step, paths: Sequence[Path], arguments: Mapping[str, Any]) -> Operation:
    """A mutation, once, with all that its payload has."""
    inner = (
        f"p{n}: {selection(path[1:], arguments_of(path[1].coordinate, path[1].field))}"
        for n, path in enumerate(paths)
    )
    shown = " ".join(("errors { code message field }", *inner))
    return Operation(f"mutation {{ {root.name}{written(root.field, arguments)} {{ {shown} }} }}")


def _entity(path: Path) -> str:
    first = path[0]
    inner = selection(path, arguments_of(first.coordinate, first.field))
    return f"_entities(representations: $representations) {{ ... on {first.parent.name} {{ {inner} }} }}"


def selection(path: Path, arguments: Mapping[str, Any]) -> str:
    """The path as a selection; each object on the way tells its id too."""
    first, *rest = path
    text = first.name + written(first.field, arguments)
    return text + _behind(first, tuple(rest))


def _behind(step: Step, rest: Path) -> str:
    if not rest:
        return ""
    following = rest[0]
    inner = selection(rest, arguments_of(following.coordinate, following.field))
    if has_id(following.parent) and following.name != "id":
        inner = f"id {inner}"
    if isinstance(get_named_type(step.field.type), GraphQLUnionType):
        inner = f"... on {following.parent.name} {{ {inner} }}"
    return f" {{ {inner} }}"


def has_id(type_: GraphQLObjectType) -> bool:
    """Whether an object tells which one it is."""
    return "id" in type_.fields


def written(field: GraphQLField, arguments: Mapping[str, Any]) -> str:
    """Arguments as they stand in an operation."""
    if not arguments:
        return ""
    return f"({', '.join(f'{name}: {literal(value, field, name)}' for name, value in arguments.items())})"


def literal(value: Any, field: GraphQLField, name: str) -> str:
    """A value as its type's literal."""
    assert name in field.args, f"there is no argument {name}"
    type_: GraphQLInputType = field.args[name].type
    node = ast_from_value(value, type_)
    assert node is not None
    return print_ast(node)


def found_in(data: Any, path: Path) -> Iterator[Found]:
    """What an answer has at the end of a path: of nothing, nothing."""
    yield from _found(data, path, ())


def _found(value: Any, rest: Path, ids: tuple[str, ...]) -> Iterator[Found]:
    if isinstance(value, list):
        for each in value:
            yield from _found(each, rest, ids)
    elif not rest:
        if value not in (None, ""):
            yield ids, value
    elif isinstance(value, dict):
        on_the_way = (*ids, value["id"]) if isinstance(value.get("id"), str) else ids
        yield from _found(value.get(rest[0].name), rest[1:], on_the_way)
