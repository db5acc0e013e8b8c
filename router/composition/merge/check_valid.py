"""What merging can break though each subgraph is sound: the supergraph must be a GraphQL schema again.

Outputs become more general, inputs more specific, and what only some subgraphs have gets lost: so an object
may stop fitting its interface, and a default value its type. A directive that one subgraph applies (@oneOf,
@deprecated) holds for what others declare, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Where
from ..subgraph.check_input_cycles import FIX, find_input_cycles
from ..subgraph.check_values import ValueChecker
from ..subgraph.type_refs import named
from .context import Merging
from .merge_references import is_subtype
from .merged import MergedField, MergedInput, MergedType, is_owned

INVALID = "INVALID_GRAPHQL"


def check_valid(merging: Merging) -> None:
    """Report where the merged types are no schema; fields that objects lack are told elsewhere."""
    checker = _Checker(merging)
    for type_ in merging.merged.types.values():
        for name in type_.interfaces:
            checker.implementation(type_, merging.merged.types[name])
        if type_.has("oneOf"):
            checker.one_of(type_)
    for ref, coordinate in _references(merging):
        checker.name(named(ref), coordinate)
    for input_, coordinate in _inputs(merging):
        checker.default(input_, coordinate)
        checker.deprecation(input_, coordinate)
    for cycle in find_input_cycles(merging.merged.types):
        text = " → ".join(cycle)
        checker.fail(f"In the supergraph, an input object contains itself: {text}", cycle[0], FIX)


def _inputs(merging: Merging) -> Iterator[tuple[MergedInput, str]]:
    for directive in merging.merged.directives.values():
        for argument in directive.arguments.values():
            yield argument, f"@{directive.name}({argument.name}:)"
    for type_ in merging.merged.types.values():
        for field in type_.fields.values():
            for argument in field.arguments.values():
                yield argument, f"{field.coordinate}({argument.name}:)"
        for input_ in type_.inputs.values():
            yield input_, f"{type_.name}.{input_.name}"


def _references(merging: Merging) -> Iterator[tuple[str, str]]:
    """Give the types that types refer to."""
    for type_ in merging.merged.types.values():
        for field in type_.fields.values():
            yield field.type, field.coordinate
            yield from ((a.type, f"{field.coordinate}({a.name}:)") for a in field.arguments.values())
        yield from ((i.type, f"{type_.name}.{i.name}") for i in type_.inputs.values())
        yield from ((name, type_.name) for name in (*type_.interfaces, *type_.members))


class _Checker:
    def __init__(self, merging: Merging) -> None:
        self.merging, self.types = merging, merging.merged.types
        self.values = ValueChecker(self.types)
        self.features = merging.merged.features()

    def fail(self, message: str, coordinate: str, fix: str) -> None:
        where: list[Where] = []  # the coordinate is looked up in every subgraph
        self.merging.report.error(INVALID, message, coordinate=coordinate, where=where, fix=fix)

    def name(self, name: str, coordinate: str) -> None:
        """Routers drop the types of features; ``machinery__Like`` names are taken for those."""
        if is_owned(name, self.features):
            self.fail(
                f'"{coordinate}" refers to "{name}", which routers take for an element of the feature '
                f'"{name.partition("__")[0]}"',
                name,
                "Rename the type",
            )

    def implementation(self, type_: MergedType, interface: MergedType) -> None:
        for inherited in interface.interfaces:
            if inherited not in type_.interfaces:
                self.fail(
                    f'"{type_.name}" implements "{interface.name}", which implements "{inherited}" '
                    f"elsewhere, so "
                    f'in the supergraph "{type_.name}" must too',
                    type_.name,
                    f'Let "{type_.name}" implement "{inherited}"',
                )
        for wanted in interface.fields.values():
            field = type_.fields.get(wanted.name)
            if field is not None:
                self.field(field, wanted)

    def field(self, field: MergedField, wanted: MergedField) -> None:
        if not is_subtype(self.merging, field.type, wanted.type):
            self.fail(
                f'"{field.coordinate}" becomes a {field.type}, but "{wanted.coordinate}" of its '
                f"interface is a "
                f"{wanted.type}",
                field.coordinate,
                f'Declare "{field.coordinate}" as {wanted.type} everywhere',
            )
        for name, argument in wanted.arguments.items():
            self.argument(field, wanted, name, argument)
        for name, argument in field.arguments.items():
            coordinate = f"{field.coordinate}({name}:)"
            if argument.required and name not in wanted.arguments:
                self.fail(
                    f'"{coordinate}" must be given, but "{wanted.coordinate}" of its interface has none such',
                    coordinate,
                    "Make it nullable, or give the interface's field the argument in every subgraph",
                )

    def argument(self, field: MergedField, wanted: MergedField, name: str, argument: MergedInput) -> None:
        mine = field.arguments.get(name)
        coordinate = f"{field.coordinate}({name}:)"
        of_interface = f'"{wanted.coordinate}({name}:)" of its interface'
        if mine is None:
            message = f'"{coordinate}" is not in all subgraphs, so it gets lost, but {of_interface} stays'
            self.fail(message, field.coordinate, "Declare the argument in every subgraph that has the field")
        elif mine.type != argument.type:
            message = f'"{coordinate}" becomes a {mine.type}, but {of_interface} a {argument.type}'
            self.fail(message, coordinate, f"Declare it as {argument.type} everywhere")

    def one_of(self, type_: MergedType) -> None:
        """Of a @oneOf input exactly one field is given, so none can be required (GraphQL spec §3.10.1)."""
        for field in type_.inputs.values():
            coordinate = f"{type_.name}.{field.name}"
            if field.type.endswith("!") or field.default is not None:
                self.fail(
                    f'"{type_.name}" is @oneOf in a subgraph, so in the supergraph too, where "{coordinate}" '
                    "is required or has a default value",
                    coordinate,
                    "Make it nullable, without a default, everywhere; or let no subgraph say @oneOf",
                )

    def deprecation(self, input_: MergedInput, coordinate: str) -> None:
        if input_.required and input_.has("deprecated"):
            self.fail(
                f'"{coordinate}" is @deprecated in a subgraph and required in another, so it would be both',
                coordinate,
                "Make it nullable everywhere, or don't deprecate it",
            )

    def default(self, input_: MergedInput, coordinate: str) -> None:
        problem = self.values.problem(input_.default, input_.type) if input_.default is not None else None
        if problem:
            self.fail(
                f'The default value of "{coordinate}" is invalid in the supergraph: {problem}',
                coordinate,
                "Choose one that every subgraph's type accepts",
            )
