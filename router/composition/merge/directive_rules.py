"""Which directives reach the supergraph, and how the applications of several subgraphs become one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from ..report import Report
from ..subgraph.applied import Applied
from ..subgraph.coerced_values import coerced
from .combine_arguments import Combine, TooManyClauses
from .merged import MergedDirective, MergedInput, MergedType

_COMBINED = "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"
_CHOSEN = "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a directive is carried over: its name in the supergraph, its arguments, and how they combine."""

    name: str
    known: str
    repeatable: bool
    arguments: Mapping[str, MergedInput]
    combine: Combine | None = None


@dataclass(slots=True)
class DirectiveRules:
    """Rules by a directive's known name; custom directives that are composed are known as ``@name``."""

    rules: dict[str, Rule]
    max_clauses: int
    types: Mapping[str, MergedType]

    def rule(self, applied: Applied) -> Rule | None:
        """Find the rule for an application; None: it stays behind."""
        return self.rules.get(applied.known)

    def merge(
        self, applications: Sequence[Sequence[Applied]], coordinate: str, report: Report
    ) -> list[MergedDirective]:
        """Merge what each subgraph applies to one element."""
        by_rule: dict[str, tuple[Rule, list[Applied]]] = {}
        for per_subgraph in applications:
            for applied in per_subgraph:
                rule = self.rule(applied)
                if rule:
                    by_rule.setdefault(rule.name, (rule, []))[1].append(applied)
        return [
            merged
            for rule, found in by_rule.values()
            for merged in self._merge_one(rule, found, coordinate, report)
        ]

    def _merge_one(
        self, rule: Rule, found: Sequence[Applied], coordinate: str, report: Report
    ) -> list[MergedDirective]:
        if len(found) == 1:
            return [MergedDirective(rule.name, rule.known, found[0].args)]
        distinct: dict[Hashable, Applied] = {}
        counts: dict[Hashable, int] = {}
        for applied in found:
            meaning = self._meaning(rule, applied)
            distinct.setdefault(meaning, applied)
            counts[meaning] = counts.get(meaning, 0) + 1
        if rule.repeatable:
            return [MergedDirective(rule.name, rule.known, a.args) for a in distinct.values()]
        if len(distinct) == 1:
            return [MergedDirective(rule.name, rule.known, found[0].args)]
        if rule.combine:
            return [self.combined(rule, list(distinct.values()), coordinate, report)]
        chosen = distinct[max(counts, key=lambda meaning: counts[meaning])]
        report.hint(
            _CHOSEN,
            f'"{coordinate}" bears @{rule.name} with different arguments; {chosen.text} is kept',
            coordinate=coordinate,
        )
        return [MergedDirective(rule.name, rule.known, chosen.args)]

    def _meaning(self, rule: Rule, applied: Applied) -> Hashable:
        """Give what is equal for applications that say the same, a default value spelt out or not."""
        values = {name: argument.default for name, argument in rule.arguments.items()} | dict(applied.args)
        return frozenset(
            (name, coerced(value, rule.arguments[name].type if name in rule.arguments else "", self.types))
            for name, value in values.items()
        )

    def combined(
        self, rule: Rule, found: Sequence[Applied], coordinate: str, report: Report
    ) -> MergedDirective:
        """Make one application of several that differ; say so."""
        assert rule.combine
        try:
            args = rule.combine(found)
        except TooManyClauses:
            self.report_clauses(coordinate, report)
            return MergedDirective(rule.name, rule.known, found[0].args)
        said = f'"{coordinate}" bears @{rule.name} with different arguments, which are combined'
        report.hint(_COMBINED, said, coordinate=coordinate)
        return MergedDirective(rule.name, rule.known, args)

    def report_clauses(self, coordinate: str, report: Report) -> None:
        """Report an element whose access rules multiply out of hand."""
        report.error(
            "LIMIT_EXCEEDED",
            f'The access rules of "{coordinate}" combine to more than {self.max_clauses} alternatives',
            coordinate=coordinate,
            fix="Ask for fewer alternatives of scopes or policies",
        )
