"""Every directive application is of a defined directive, at a place it allows, with arguments it takes."""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Report
from . import specs
from .applied import Applied
from .check_values import ValueChecker
from .model import DirectiveDef, Element, Subgraph
from .read import INVALID
from .suggest import did_you_mean
from .vocabulary import Vocabulary


def check_directives(subgraph: Subgraph, vocabulary: Vocabulary, report: Report) -> None:
    """Report misuse of directives (GraphQL spec §5.7, for type-system documents)."""
    checker = _Checker(subgraph, vocabulary, report)
    for element, coordinate, location in directed_elements(subgraph):
        checker.check(element, coordinate, location)


def directed_elements(subgraph: Subgraph) -> Iterator[tuple[Element, str, str]]:
    """Go through the elements that bear directives: element, coordinate, directive location."""
    if subgraph.schema.directives:
        yield subgraph.schema, "schema", "SCHEMA"
    for name, type_ in subgraph.types.items():
        if type_.directives:
            yield type_, name, type_.kind
        for field in type_.fields.values():
            if field.directives:
                yield field, f"{name}.{field.name}", "FIELD_DEFINITION"
            for argument in field.arguments.values():
                if argument.directives:
                    yield argument, f"{name}.{field.name}({argument.name}:)", "ARGUMENT_DEFINITION"
        for value in type_.values.values():
            if value.directives:
                yield value, f"{name}.{value.name}", "ENUM_VALUE"
        for input_ in type_.inputs.values():
            if input_.directives:
                yield input_, f"{name}.{input_.name}", "INPUT_FIELD_DEFINITION"
    for directive in subgraph.directives.values():
        for argument in directive.arguments.values():
            if argument.directives:
                yield argument, f"@{directive.name}({argument.name}:)", "ARGUMENT_DEFINITION"


class _Checker:
    def __init__(self, subgraph: Subgraph, vocabulary: Vocabulary, report: Report) -> None:
        self.subgraph, self.vocabulary, self.report = subgraph, vocabulary, report
        self.values = ValueChecker(subgraph.types)

    def invalid(self, message: str, applied: Applied, coordinate: str, fix: str | None = None) -> None:
        self.report.error(
            INVALID, message, coordinate=coordinate, where=[(self.subgraph.name, applied)], fix=fix
        )

    def check(self, element: Element, coordinate: str, location: str) -> None:
        seen: set[str] = set()
        for applied in element.directives:
            definition = self.subgraph.directives.get(applied.name)
            if definition is None:
                fix = self._suggestion(applied.name)
                self.invalid(f'There is no directive "@{applied.name}"', applied, coordinate, fix)
                continue
            if location not in definition.locations:
                self.invalid(f'"@{applied.name}" can\'t be used on {location}', applied, coordinate)
            if applied.name in seen and not definition.repeatable:
                self.invalid(f'"@{applied.name}" can be used once only here', applied, coordinate)
            seen.add(applied.name)
            self._arguments(applied, definition, coordinate)

    def _arguments(self, applied: Applied, definition: DirectiveDef, coordinate: str) -> None:
        name = applied.name
        for argument, value in applied.args.items():
            expected = definition.arguments.get(argument)
            if expected is None:
                near = did_you_mean(argument, definition.arguments)
                fix = f'Did you mean "{near[0]}"?' if near else None
                self.invalid(f'"@{name}" has no argument "{argument}"', applied, coordinate, fix)
                continue
            problem = self.values.problem(value, expected.type)
            if problem:
                self.invalid(f'"@{name}({argument}:)": {problem}', applied, coordinate)
        for argument, expected in definition.arguments.items():
            if expected.required and argument not in applied.args:
                self.invalid(
                    f'"@{name}" needs the argument "{argument}" of type {expected.type}', applied, coordinate
                )

    def _suggestion(self, name: str) -> str | None:
        """Say which federation directive was meant, and what it is called here."""
        short = name.removeprefix("federation__")
        by_known = {known: here for here, (known, _) in self.vocabulary.directives.items()}
        if by_known.get(short, name) != name:
            here = by_known[short]
            return (
                f'Use "@{here}", or add "@{short}" to the import of the @link to the federation specification'
            )
        latest = specs.spec(specs.FEDERATION, specs.LATEST_FEDERATION)
        assert latest
        if short in latest.directives:
            if self.vocabulary.version < (2, 0):
                return "This schema has to @link to https://specs.apollo.dev/federation/v2.x to use it"
            return "It needs a later version of the federation specification"
        near = did_you_mean(name, [*self.subgraph.directives, *latest.directives])
        return "Did you mean " + " or ".join(f'"@{n}"' for n in near) + "?" if near else None
