"""Applied directives of a supergraph → their arguments, of the kinds that their specification gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import ConstDirectiveNode, value_from_ast_untyped

from .errors import SupergraphError

# Enum values read as text. Several versions of the join spec together; what none of them knows is let be.
_ARGUMENTS: Mapping[str, Mapping[str, type]] = {
    "link": {"url": str, "as": str},
    "core": {"feature": str, "as": str},
    "join__graph": {"name": str, "url": str},
    "join__owner": {"graph": str},
    "join__type": {"graph": str, "key": str, "resolvable": bool, "isInterfaceObject": bool},
    "join__implements": {"graph": str, "interface": str},
    "join__unionMember": {"graph": str, "member": str},
    "join__enumValue": {"graph": str},
    "join__field": {
        "graph": str,
        "type": str,
        "requires": str,
        "provides": str,
        "external": bool,
        "override": str,
        "overrideLabel": str,
        "usedOverridden": bool,
        "contextArguments": list,
    },
}
_CONTEXT_ARGUMENT = {"context": str, "name": str, "type": str, "selection": str}
_CALLED: Mapping[type, str] = {str: "a string", bool: "a Boolean", list: "a list"}


class Arguments(dict[str, Any]):
    """Arguments by name; asking for one that isn't there says so in a SupergraphError."""

    def __missing__(self, name: str) -> Any:
        raise SupergraphError(
            f"A directive of the supergraph lacks the argument {name}; it has {dict(self)}."
        )


def directive_arguments(directive: ConstDirectiveNode) -> Arguments:
    """Read a directive's arguments as plain values; null is as good as nothing."""
    values = ((a.name.value, value_from_ast_untyped(a.value)) for a in directive.arguments)
    return Arguments((name, value) for name, value in values if value is not None)


def applied(node: Any, name: str) -> list[Arguments]:
    """Read all applications of one directive; SupergraphError where an argument is of the wrong kind."""
    directives: Iterable[ConstDirectiveNode] = node.directives
    return [checked(name, directive_arguments(d)) for d in directives if d.name.value == name]


def checked(directive: str, arguments: Arguments) -> Arguments:
    """Give the arguments back, if those of a known directive are of the right kinds."""
    _check_kinds(f"@{directive}", arguments, _ARGUMENTS.get(directive, {}))
    return arguments


def context_arguments(join: Arguments) -> list[Arguments]:
    """Read ``contextArguments`` of a ``@join__field``."""
    found = []
    for item in join.get("contextArguments", ()):
        if not isinstance(item, dict):
            raise SupergraphError(f"@join__field has a context argument that is no object: {item!r}.")
        found.append(Arguments(item))
        _check_kinds("@join__field(contextArguments:)", found[-1], _CONTEXT_ARGUMENT)
    return found


def _check_kinds(directive: str, arguments: Arguments, kinds: Mapping[str, type]) -> None:
    for name, kind in kinds.items():
        if name in arguments and not isinstance(arguments[name], kind):
            wrong = arguments[name]
            raise SupergraphError(f"{directive} has {wrong!r} for {name}, which must be {_CALLED[kind]}.")
