"""Definitions that a schema repeats from a specification must agree with it.

A schema may define ``@key`` itself, and may define less of it (fewer locations, no optional argument, not
repeatable), never something else.
"""

from __future__ import annotations

from ..report import Report
from .model import DirectiveDef, InputDef, TypeDef
from .read import Definitions
from .type_refs import named, nullable
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
        own = self._unalias(mine.type, expected.type)
        if own == expected.type and (lenient or _same_default(mine, expected)):
            return True
        if own == expected.type + "!":
            return True
        return lenient and nullable(own) == nullable(expected.type)

    def _unalias(self, mine: str, expected: str) -> str:
        """Where a scalar of the specification is expected, any scalar and String will do."""
        wanted, given = named(expected), named(mine)
        scalar = self.vocabulary.types.get(wanted)
        if scalar is None or scalar.kind != "SCALAR" or wanted == given:
            return mine
        type_ = self.found.types.get(given)
        if (type_ is not None and type_.kind == "SCALAR") or given == "String":
            return mine.replace(given, wanted)
        return mine

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
                if self._unalias(mine.type, wanted.type) != wanted.type:
                    return f'field "{name}" is a {wanted.type}, not a {mine.type}'
            missing = [n for n, f in expected.inputs.items() if f.required and n not in own.inputs]
            return f'the field "{missing[0]}" is missing' if missing else None
        return None


def _same_default(mine: InputDef, expected: InputDef) -> bool:
    return mine.default is None or expected.default is None or mine.default_text == expected.default_text
