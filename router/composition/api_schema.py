"""The supergraph without what clients may not see: the API schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from .merge.merged import (
    Merged,
    MergedDirectiveDef,
    MergedElement,
    MergedField,
    MergedInput,
    MergedType,
    is_owned,
)
from .subgraph.type_refs import named

T = TypeVar("T", bound=MergedElement)
Hides = Callable[[MergedElement], bool]


def api_of(merged: Merged, hides: Hides | None = None) -> Merged:
    """Copy the supergraph without inaccessible elements, and without machinery."""
    stripper = _Stripper(merged, hides or (lambda element: element.has("inaccessible")))
    return stripper.strip()


class _Stripper:
    def __init__(self, merged: Merged, hides: Hides) -> None:
        self.merged, self.hides = merged, hides
        features = merged.features()
        self.hidden = {name for name, t in merged.types.items() if hides(t) or _is_machinery(t, features)}

    def strip(self) -> Merged:
        types = {n: self.type(t) for n, t in self.merged.types.items() if n not in self.hidden}
        directives = {n: self.directive(d) for n, d in self.merged.directives.items() if d.executable}
        roots = {kind: name for kind, name in self.merged.roots.items() if name not in self.hidden}
        return replace(self.merged, types=types, directives=directives, roots=roots)

    def type(self, type_: MergedType) -> MergedType:
        return replace(
            type_,
            interfaces={n: g for n, g in type_.interfaces.items() if n not in self.hidden},
            members={n: g for n, g in type_.members.items() if n not in self.hidden},
            fields={n: self.field(f) for n, f in type_.fields.items() if self.shows(f, f.type)},
            values={n: v for n, v in type_.values.items() if not self.hides(v)},
            inputs=self.inputs(type_.inputs),
        )

    def field(self, field: MergedField) -> MergedField:
        return replace(field, arguments=self.inputs(field.arguments)) if field.arguments else field

    def inputs(self, inputs: dict[str, MergedInput]) -> dict[str, MergedInput]:
        return {n: i for n, i in inputs.items() if self.shows(i, i.type)}

    def directive(self, directive: MergedDirectiveDef) -> MergedDirectiveDef:
        return replace(directive, arguments=self.inputs(directive.arguments))

    def shows(self, element: MergedElement, ref: str) -> bool:
        return not self.hides(element) and named(ref) not in self.hidden


def _is_machinery(type_: MergedType, features: frozenset[str]) -> bool:
    """What specifications define, and what routers take for that, by its name."""
    return not type_.join_types or is_owned(type_.name, features)
