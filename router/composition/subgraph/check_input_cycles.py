"""Input objects that contain themselves through required fields: no finite value satisfies them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..report import Report
from .check_values import ValueType
from .model import Subgraph
from .read import INVALID
from .type_refs import is_list, named

FIX = "Make one of these fields nullable, or a list"


def check_input_cycles(subgraph: Subgraph, report: Report) -> None:
    """Report cycles in one subgraph (GraphQL spec §3.10)."""
    for cycle in find_input_cycles(subgraph.types):
        report.error(
            INVALID,
            f"The input object contains itself through required fields: {' → '.join(cycle)}",
            coordinate=cycle[0],
            where=[(subgraph.name, subgraph.types[cycle[0]])],
            fix=FIX,
        )


def find_input_cycles(types: Mapping[str, ValueType]) -> Iterator[list[str]]:
    """Give each cycle, beginning and ending with the same name."""
    done: set[str] = set()
    for start in (t.name for t in types.values() if t.kind == "INPUT_OBJECT"):
        path = [start]
        stack = [iter(_required_inputs(types, start))] if start not in done else []
        while stack:
            name = next(stack[-1], None)
            if name is None:
                done.add(path.pop())
                stack.pop()
            elif name in path:
                yield [*path[path.index(name) :], name]
            elif name not in done:
                path.append(name)
                stack.append(iter(_required_inputs(types, name)))


def _required_inputs(types: Mapping[str, ValueType], name: str) -> list[str]:
    return [
        named(f.type)
        for f in types[name].inputs.values()
        if f.type.endswith("!")
        and not is_list(f.type)
        and (inner := types.get(named(f.type))) is not None
        and inner.kind == "INPUT_OBJECT"
    ]
