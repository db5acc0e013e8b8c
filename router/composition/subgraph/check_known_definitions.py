"""Definitions that a schema repeats from a specification must agree with it.

A schema may define ``@key`` itself, and may define less of it (fewer locations, no optional argument, not
repeatable, no null where the specification takes it), never something else.
"""

from __future__ import annotations

from ..report import Report
from .coerced_values import same_value
from .model import DirectiveDef, InputDef, TypeDef
from .read import Definitions
from .type_refs import TypeRef, is_list, is_required, item, nullable
from .vocabulary import GRAPHQL_DIRECTIVES, Vocabulary

DIRECTIVE = "DIRECTIVE_DEFINITION_INVALID"
TYPE = "TYPE_DEFINITION_INVALID"
# Federation 1 defined these with fewer arguments, or none.
_LENIENT = frozenset(("key", "requires", "provides", "external", "extends"))
_KINDS = {"SCALAR": "scalar", "ENUM": "enum", "INPUT_OBJECT": "input"}


def check_known_definitions(
    subgraph: str, found: Definitions, vocabulary: Vocabulary, report: Report
) -> None:
    """Report redefinitions that contradict their specification."""
    checker = _Checker(subgraph, found, vocabulary, report)
    for name, (_, expected) in vocabulary.directives.items():
        own = found.directives.get(name)
        if own is not None and name not in GRAPHQL_DIRECTIVES:
            checker.directive(own, expected)
    for name, type_ in vocabulary.types.items():
        own_type = found.types.get(name)
        if own_type is not None:
            checker.type(own_type, type_)


class _Checker:
    def __init__(self, subgraph: str, found: Definitions, vocabulary: Vocabulary, report: Report) -> None:
        self.subgraph, self.found, self.vocabulary, self.report = subgraph, found, vocabulary, report
        self.lenient = vocabulary.version < (2, 0)

    def directive(self, own: DirectiveDef, expected: DirectiveDef) -> None:
        for problem in self._directive_problems(own, expected):
            self.report.error(
                DIRECTIVE,
                f'The definition of "@{own.name}" differs from the specification: {problem}',
                coordinate="@" + own.name,
                where=[(self.subgraph, own)],
                fix="Drop the definition; composition knows the directive",
            )

    def _directive_problems(self, own: DirectiveDef, expected: DirectiveDef) -> list[str]:
        problems = self._arguments(own, expected)
        if own.repeatable and not expected.repeatable:
            problems.append("it is not repeatable")
        extra = [place for place in own.locations if place not in expected.locations]
        if extra:
            problems.append(f"it can't be used on {', '.join(extra)}")
        return problems

    def _arguments(self, own: DirectiveDef, expected: DirectiveDef) -> list[str]:
        problems = []
        for name, argument in expected.arguments.items():
            mine = own.arguments.get(name)
            if mine is None:
                if argument.required and not (self.lenient and expected.known in _LENIENT):
                    problems.append(f'the required argument "{name}" is missing')
            elif not self._fits(mine, argument, lenient=self.lenient and expected.known in _LENIENT):
                problems.append(f'argument "{name}" is a {argument.type}, not a {mine.type}')
        problems += [
            f'it has no argument "{name}"' for name in own.arguments if name not in expected.arguments
        ]
        return problems

    def _fits(self, mine: InputDef, expected: InputDef, *, lenient: bool) -> bool:
        if lenient:
            return self._narrows(nullable(mine.type), nullable(expected.type))
        return self._narrows(mine.type, expected.type) and self._same_default(mine, expected)

    def _same_default(self, mine: InputDef, expected: InputDef) -> bool:
        if mine.default is None or expected.default is None:
            return True
        return same_value(mine.default, expected.default, expected.type, self.vocabulary.types)

    def _narrows(self, mine: TypeRef, expected: TypeRef) -> bool:
        """Whether a type accepts no more than the specification's; some print ``[String!]`` for imports.

        Where a scalar of the specification is expected anything will do: values are read by what they are.
        """
        if is_required(mine):
            return self._narrows(nullable(mine), nullable(expected))
        if is_required(expected):
            return False
        scalar = self.vocabulary.types.get(expected)
        if scalar is not None and scalar.kind == "SCALAR":
            return True
        if is_list(expected):
            return is_list(mine) and self._narrows(item(mine), item(expected))
        return mine == expected

    def type(self, own: TypeDef, expected: TypeDef) -> None:
        problem = self._type_problem(own, expected)
        if problem:
            self.report.error(
                TYPE,
                f'The definition of "{own.name}" differs from the specification: {problem}',
                coordinate=own.name,
                where=[(self.subgraph, own)],
                fix="Drop the definition; composition knows the type",
            )

    def _type_problem(self, own: TypeDef, expected: TypeDef) -> str | None:
        if own.kind != expected.kind:
            return None if "SCALAR" in (expected.kind, own.kind) else f"it is no {_KINDS[expected.kind]}"
        if own.kind == "ENUM" and set(own.values) != set(expected.values):
            return f"its values are {', '.join(expected.values)}"
        if own.kind == "INPUT_OBJECT":
            for name, mine in own.inputs.items():
                wanted = expected.inputs.get(name)
                if wanted is None:
                    return f'it has no field "{name}"'
                if not self._narrows(mine.type, wanted.type):
                    return f'field "{name}" is a {wanted.type}, not a {mine.type}'
            missing = [n for n, f in expected.inputs.items() if f.required and n not in own.inputs]
            return f'the field "{missing[0]}" is missing' if missing else None
        return None
