"""What every merging rule is given: the subgraphs, the supergraph so far, and where to report."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..report import Report
from ..subgraph.build import Checked
from ..subgraph.coerced_values import coerced
from ..subgraph.model import Element, FieldDef, InputDef, TypeDef
from .directive_rules import DirectiveRules
from .merged import Merged

ElementT = TypeVar("ElementT", bound=Element)
Source = tuple[Checked, ElementT]


@dataclass(slots=True)
class Merging:
    """The state of one merge."""

    subgraphs: Sequence[Checked]
    merged: Merged
    rules: DirectiveRules
    report: Report
    input_uses: dict[str, str] = field(default_factory=dict)
    """Type name → a coordinate where it is used as input."""
    output_uses: dict[str, str] = field(default_factory=dict)
    interface_objects: dict[str, list[str]] = field(default_factory=dict)
    """Interface name → names of the subgraphs in which it is an @interfaceObject."""

    broken: set[str] = field(default_factory=set)
    """Types that are not of one kind: nothing more is said of them."""

    def graph(self, checked: Checked) -> str:
        """Give a subgraph's value of join__Graph."""
        return self.merged.graphs[checked.subgraph.name]

    def coerced_default(self, subgraph: str, element: InputDef) -> Hashable:
        """Give an input's default value so that it equals another subgraph's if both mean the same."""
        if element.default is None:
            return None
        types = next(c.subgraph.types for c in self.subgraphs if c.subgraph.name == subgraph)
        return coerced(element.default, element.type, types)

    def agree_on_default(self, said: Iterable[tuple[str, InputDef]]) -> bool:
        """Whether no two subgraphs give an input different default values; some may give none."""
        return len({self.coerced_default(name, element) for name, element in said} - {None}) <= 1

    def sources(self, name: str) -> list[tuple[Checked, TypeDef]]:
        """Give the subgraphs that have a type, and the type there."""
        return [
            (c, t) for c in self.subgraphs if (t := c.subgraph.types.get(name)) is not None and c.merges(name)
        ]


FieldSource = tuple[Checked, FieldDef]


def in_subgraphs(names: Iterable[str]) -> str:
    """Write ``subgraph "a"``, or ``subgraphs "a" and "b"``."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) == 1:
        return "subgraph " + quoted[0]
    return "subgraphs " + ", ".join(quoted[:-1]) + " and " + quoted[-1]


def groups(pairs: Iterable[tuple[str, str]]) -> str:
    """Tell which subgraphs say what: ``Int in subgraph "a", String in subgraphs "b" and "c"``."""
    by_text: dict[str, list[str]] = {}
    for name, text in pairs:
        by_text.setdefault(text, []).append(name)
    return ", ".join(f"{text} in {in_subgraphs(names)}" for text, names in by_text.items())
