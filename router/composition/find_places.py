"""Where a coordinate stands: what is said of the whole supergraph shows every declaration behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .report import Location, Report, Where, locate
from .subgraph.model import Element, Subgraph

_COORDINATE = re.compile(r"(@?\w+)(?:\.(\w+))?(?:\((\w+):\))?\Z")


def find_places(report: Report, subgraphs: Sequence[Subgraph]) -> None:
    """Give errors and hints without a location those of their coordinate."""
    for position, error in enumerate(report.errors):
        if error.coordinate and not error.locations:
            places = _locations(subgraphs, error.coordinate)
            report.errors[position] = replace(error, locations=places)
    for position, hint in enumerate(report.hints):
        if hint.coordinate and not hint.locations:
            report.hints[position] = replace(hint, locations=_locations(subgraphs, hint.coordinate))


def _locations(subgraphs: Sequence[Subgraph], coordinate: str) -> tuple[Location, ...]:
    return locate(_declarations(subgraphs, coordinate))


def _declarations(subgraphs: Sequence[Subgraph], coordinate: str) -> Iterator[Where]:
    match = _COORDINATE.match(coordinate)
    if match is None:
        return
    for subgraph in subgraphs:
        element = _element(subgraph, *match.groups())
        if element is not None:
            yield subgraph.name, element


def _element(subgraph: Subgraph, name: str, member: str | None, argument: str | None) -> Element | None:
    """Find what a subgraph declares of a coordinate; None if nothing."""
    if name.startswith("@"):
        directive = subgraph.directives.get(name[1:])
        return directive.arguments.get(argument) if directive and argument else directive
    type_ = subgraph.types.get(name)
    if type_ is None or member is None:
        return type_
    field = type_.fields.get(member)
    if field is not None:
        return field.arguments.get(argument) if argument else field
    return type_.inputs.get(member) or type_.values.get(member)
