"""Several entity fetches to one subgraph → one request with aliased ``_entities``.

    query($r0:[_Any!]!,$r1:[_Any!]!,$x:Int){
      e0:_entities(representations:$r0){…}  e1:_entities(representations:$r1){…} }

The text of a combination is made at its first use and kept with the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    strip_ignored_characters,
    visit,
)

from ..operation import free_name
from ..planning.plan import Fetch
from .json_codec import encode

MAX_COMBINED = 16
"""More fetches to one subgraph at one moment go out in several requests."""


@dataclass(frozen=True, slots=True)
class CombinedTemplate:
    """``variables``: for each fetch its variables' names, and ``"name":`` in the combined request."""

    head: bytes
    variables: tuple[tuple[tuple[str, bytes], ...], ...]
    representations: tuple[bytes, ...]


def combine_documents(fetches: Sequence[Fetch]) -> CombinedTemplate | None:
    """Make one document of several; None if one has more than its operation."""
    definitions: dict[str, str] = {}
    fields: list[str] = []
    directives = ""
    variables: list[tuple[tuple[str, bytes], ...]] = []
    taken = {name for fetch in fetches for name in fetch.variables}
    keys: list[bytes] = []
    for index, fetch in enumerate(fetches):
        operation = _only_operation(fetch.document)
        if operation is None:
            return None
        renamed = _renamed(fetch, index, taken)
        keys.append(encode(renamed[fetch.representations]) + b":")
        for definition in operation.variable_definitions:
            text = print_ast(visit(definition, _Rename(renamed, index)))
            definitions[renamed.get(definition.variable.name.value, definition.variable.name.value)] = text
        directives = "".join(print_ast(each) for each in operation.directives)  # the same in each
        fields += [
            print_ast(visit(field, _Rename(renamed, index))) for field in operation.selection_set.selections
        ]
        names = (*fetch.variables, *(variable.name for variable in fetch.context_variables))
        variables.append(tuple((name, encode(renamed.get(name, name)) + b":") for name in names))
    declared = ",".join(definitions.values())
    text = strip_ignored_characters(f"query({declared}){directives}{{{' '.join(fields)}}}")
    head = b'{"query":%s,"variables":{' % encode(text)
    return CombinedTemplate(head, tuple(variables), tuple(keys))


def _only_operation(document: str) -> OperationDefinitionNode | None:
    definitions = parse(document, no_location=True).definitions
    only = definitions[0]
    return only if len(definitions) == 1 and isinstance(only, OperationDefinitionNode) else None


def _renamed(fetch: Fetch, index: int, taken: set[str]) -> dict[str, str]:
    """New names for the router's own variables, which differ from fetch to fetch; they are ``taken`` then."""
    names = {fetch.representations: free_name(f"r{index}", taken)}
    for variable in fetch.context_variables:
        names[variable.name] = free_name(f"c{index}_{variable.name}", {*taken, *names.values()})
    taken.update(names.values())
    return names


class _Rename(Visitor):
    """Renames variables, and aliases the ``_entities`` field."""

    def __init__(self, names: Mapping[str, str], index: int) -> None:
        super().__init__()
        self._names = names
        self._index = index

    def enter_variable(self, node: VariableNode, *_: Any) -> VariableNode | None:
        name = self._names.get(node.name.value)
        return None if name is None else VariableNode(name=NameNode(value=name))

    def enter_field(self, node: FieldNode, _key: Any, _parent: Any, path: list[Any], _ancestors: Any) -> Any:
        if path or node.name.value != "_entities":
            return None
        return FieldNode(
            alias=NameNode(value=f"e{self._index}"),
            name=node.name,
            arguments=node.arguments,
            directives=node.directives,
            selection_set=node.selection_set,
        )


def render_combined(
    template: CombinedTemplate,
    variables: Mapping[str, bytes],
    contexts: Sequence[Mapping[str, bytes]],
    representations: Sequence[Sequence[bytes]],
) -> bytes:
    """Splice in every fetch's variables and representations."""
    parts: dict[bytes, bytes] = {}
    for used, context in zip(template.variables, contexts, strict=True):
        for name, key in used:
            value = context.get(name, variables.get(name))
            if value is not None:
                parts[key] = value
    for key, each in zip(template.representations, representations, strict=True):
        parts[key] = b"[%s]" % b",".join(each)
    return b"%s%s}}" % (template.head, b",".join(key + value for key, value in parts.items()))
