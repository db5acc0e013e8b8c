"""Access rules stand on objects: those of an interface follow from its implementations."""

from __future__ import annotations

from ..report import Report
from .model import Element, Subgraph

AUTH = ("authenticated", "requiresScopes", "policy")


def check_auth(subgraph: Subgraph, report: Report) -> None:
    """Report access rules on interfaces, their fields, and interface objects."""

    def check(element: Element, coordinate: str) -> None:
        for applied in element.directives:
            if applied.known in AUTH:
                report.error(
                    "AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE",
                    f'"{coordinate}" belongs to an interface, which can\'t have {applied.text}',
                    coordinate=coordinate,
                    where=[(subgraph.name, applied)],
                    fix="Apply it to the object types; the interface gets what they ask for",
                )

    for type_ in subgraph.types.values():
        if type_.kind == "INTERFACE" or type_.interface_object:
            check(type_, type_.name)
        if type_.kind == "INTERFACE":
            for field in type_.fields.values():
                check(field, field.coordinate)
