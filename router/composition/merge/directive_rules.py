"""Which directives reach the supergraph, and how the applications of several subgraphs become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..report import Report
from ..subgraph.model import Applied
from ..subgraph.values import value_text
from .combine_arguments import Combine
from .merged import MergedDirective


@dataclass(frozen=True, slots=True)
class Rule:
    """How a directive is carried over: its name in the supergraph, and how arguments combine."""

    name: str
    known: str
    repeatable: bool
    combine: Combine | None = None


@dataclass(slots=True)
class DirectiveRules:
    """Rules by a directive's known name; custom directives that are composed are known as ``@name``."""

    rules: dict[str, Rule] = field(default_factory=dict)

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
        return [m for rule, found in by_rule.values() for m in _merge_one(rule, found, coordinate, report)]


def _merge_one(
    rule: Rule, found: Sequence[Applied], coordinate: str, report: Report
) -> list[MergedDirective]:
    distinct: dict[str, Applied] = {}
    counts: dict[str, int] = {}
    for applied in found:
        text = ", ".join(f"{k}: {value_text(v)}" for k, v in sorted(applied.args.items()))
        distinct.setdefault(text, applied)
        counts[text] = counts.get(text, 0) + 1
    if rule.repeatable:
        return [MergedDirective(rule.name, rule.known, a.args) for a in distinct.values()]
    if len(distinct) == 1:
        return [MergedDirective(rule.name, rule.known, found[0].args)]
    if rule.combine:
        hint_combined(report, "@" + rule.name, coordinate)
        return [MergedDirective(rule.name, rule.known, rule.combine(found))]
    chosen = distinct[max(counts, key=lambda t: counts[t])]
    report.hint(
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        f'"{coordinate}" bears @{rule.name} with different arguments; {chosen.text} is kept',
        coordinate=coordinate,
    )
    return [MergedDirective(rule.name, rule.known, chosen.args)]


def hint_combined(report: Report, directive: str, coordinate: str) -> None:
    """Hint at arguments that are not those of any one subgraph."""
    report.hint(
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        f'"{coordinate}" bears {directive} with different arguments, which are combined',
        coordinate=coordinate,
    )
