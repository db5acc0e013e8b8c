"""Which directives reach the supergraph, under which name, and how several applications become one.

Enters: the subgraphs' links and definitions. Leaves: ``DirectiveRules``, the supergraph's links and the
definitions of what they bring.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from graphql import InputValueDefinitionNode, IntValueNode, ListValueNode, ValueNode

from ..report import Report
from ..subgraph import specs
from ..subgraph.build import Checked
from ..subgraph.links import Feature
from ..subgraph.model import Applied
from ..subgraph.type_refs import named, type_text
from ..subgraph.values import python_value, string, value_text
from .merged import Merged, MergedDirective, MergedDirectiveDef, MergedInput, MergedType, SupergraphLink

Combine = Callable[[Sequence[Applied]], dict[str, ValueNode]]


@dataclass(frozen=True, slots=True)
class Composed:
    """A specification whose directives composition always carries over.

    ``since``: the supergraph links the spec's latest version of these unless subgraphs ask for less.
    """

    identity: str
    version: str
    purpose: str | None = None


_TAG = Composed(specs.SPECS + "tag", "v0.3")
_INACCESSIBLE = Composed(specs.SPECS + "inaccessible", "v0.2", "SECURITY")
_COST = Composed(specs.SPECS + "cost", "v0.1")
COMPOSED: dict[str, Composed] = {
    "tag": _TAG,
    "inaccessible": _INACCESSIBLE,
    "authenticated": Composed(specs.SPECS + "authenticated", "v0.1", "SECURITY"),
    "requiresScopes": Composed(specs.SPECS + "requiresScopes", "v0.1", "SECURITY"),
    "policy": Composed(specs.SPECS + "policy", "v0.1", "SECURITY"),
    "cost": _COST,
    "listSize": _COST,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How a directive is carried over: its name in the supergraph, and how arguments combine."""

    name: str
    known: str
    repeatable: bool
    combine: Combine | None = None


@dataclass(slots=True)
class DirectiveRules:
    """Rules by a directive's known name (``tag``) or, for others, ``@name`` as composed."""

    rules: dict[str, Rule] = field(default_factory=dict)

    def rule(self, applied: Applied) -> Rule | None:
        """Find the rule for an application; None: it stays behind."""
        if applied.known:
            return self.rules.get(applied.known)
        return self.rules.get("@" + applied.name)

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
        return [MergedDirective(rule.name, rule.known, rule.combine(found))]
    chosen = distinct[max(counts, key=lambda t: counts[t])]
    report.hint(
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        f'"{coordinate}" bears @{rule.name} with different arguments; {chosen.text} is kept',
        coordinate=coordinate,
    )
    return [MergedDirective(rule.name, rule.known, chosen.args)]


def most(argument: str) -> Combine:
    """Keep the greatest integer."""

    def combine(found: Sequence[Applied]) -> dict[str, ValueNode]:
        values = [a.args[argument] for a in found if argument in a.args]
        greatest = max(values, key=lambda v: int(v.value) if isinstance(v, IntValueNode) else 0)
        return {argument: greatest}

    return combine


def all_of(argument: str) -> Combine:
    """Ask for both: of ``a or b`` and ``c or d`` make ``ac or ad or bc or bd`` (outer lists are "or")."""

    def combine(found: Sequence[Applied]) -> dict[str, ValueNode]:
        clauses: list[frozenset[str]] = [frozenset()]
        for applied in found:
            value = applied.value(argument)
            own = [frozenset(c) for c in value] if isinstance(value, list) else []
            clauses = conjunction(clauses, own)
        rows = [
            ListValueNode(values=tuple(string(s) for s in sorted(clause)))
            for clause in sorted(clauses, key=sorted)
        ]
        return {argument: ListValueNode(values=tuple(rows))}

    return combine


def conjunction(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Multiply two disjunctions out, leaving out clauses that a weaker one makes redundant."""
    product = {a | b for a in left for b in right}
    return [c for c in product if not any(other < c for other in product)]


def list_size(found: Sequence[Applied]) -> dict[str, ValueNode]:
    """The greatest assumed size, the union of the lists."""
    merged: dict[str, ValueNode] = {}
    sizes = [a.args["assumedSize"] for a in found if isinstance(a.args.get("assumedSize"), IntValueNode)]
    if sizes:
        merged["assumedSize"] = max(sizes, key=lambda v: int(python_value(v)))
    for name in ("slicingArguments", "sizedFields"):
        texts = [t for a in found for t in (a.value(name) or ())]  # type: ignore[attr-defined]
        if texts:
            merged[name] = ListValueNode(values=tuple(string(t) for t in dict.fromkeys(texts)))
    required = [a.args["requireOneSlicingArgument"] for a in found if "requireOneSlicingArgument" in a.args]
    if required:
        merged["requireOneSlicingArgument"] = max(required, key=lambda v: bool(python_value(v)))
    return merged


COMBINE: dict[str, Combine] = {
    "requiresScopes": all_of("scopes"),
    "policy": all_of("policies"),
    "cost": most("weight"),
    "listSize": list_size,
}


def build_rules(subgraphs: Sequence[Checked], merged: Merged, report: Report) -> DirectiveRules:
    """Find the directives to carry over; add their links and definitions to the supergraph."""
    rules = DirectiveRules(
        {
            "deprecated": Rule("deprecated", "deprecated", False),
            "specifiedBy": Rule("specifiedBy", "specifiedBy", False),
            "oneOf": Rule("oneOf", "oneOf", False),
        }
    )
    for known, composed in COMPOSED.items():
        names = _names_in_use(subgraphs, known)
        if not names:
            continue
        if len({name for _, name, _ in names}) > 1:
            _mismatch(known, names, report)
            continue
        local = names[0][1]
        repeatable = known == "tag"
        rules.rules[known] = Rule(local, known, repeatable, COMBINE.get(known))
        _link(merged, composed, known, local)
        _define(merged, composed, known, local)
    return rules


def _names_in_use(subgraphs: Sequence[Checked], known: str) -> list[tuple[str, str, Feature | None]]:
    """Give subgraph, local name and feature for each subgraph that applies a known directive."""
    found = []
    for checked in subgraphs:
        local = checked.applied.get(known)
        if local is not None:
            source = checked.subgraph.links.source("@" + local)
            found.append((checked.subgraph.name, local, source[0] if source else None))
    return found


def _mismatch(known: str, names: list[tuple[str, str, Feature | None]], report: Report) -> None:
    said = ", ".join(f'"@{local}" in subgraph "{name}"' for name, local, _ in names)
    report.error(
        "LINK_IMPORT_NAME_MISMATCH",
        f'"@{known}" has different names in the subgraphs: {said}',
        coordinate="@" + known,
        where=[(name, feature.applied) for name, _, feature in names if feature],
        fix=f'Import "@{known}" under the same name everywhere',
    )


def _link(merged: Merged, composed: Composed, known: str, local: str) -> None:
    """Link the spec; a directive of the spec's own name needs no import, and renames the whole feature."""
    spec_name = composed.identity.rpartition("/")[2]
    url = f"{composed.identity}/{composed.version}"
    if known == spec_name:
        link = SupergraphLink(url, local if local != spec_name else None, composed.purpose)
    else:
        text = f'"@{known}"' if local == known else f'{{name: "@{known}", as: "@{local}"}}'
        link = SupergraphLink(url, None, composed.purpose, (text,))
    existing = next((i for i, other in enumerate(merged.links) if other.url == url), None)
    if existing is None:
        merged.links.append(link)
    else:
        other = merged.links[existing]
        merged.links[existing] = SupergraphLink(
            url, other.alias or link.alias, other.purpose, other.imports + link.imports
        )


def _define(merged: Merged, composed: Composed, known: str, local: str) -> None:
    version = composed.version.removeprefix("v").split(".")
    spec = specs.spec(composed.identity, (int(version[0]), int(version[1])))
    assert spec is not None
    node = spec.directives[known]
    alias = local if known == composed.identity.rpartition("/")[2] else composed.identity.rpartition("/")[2]
    renamed = {name: f"{alias}__{name}" for name in spec.types}
    for name in spec.types:
        if any(name == _type_name(a) for a in node.arguments):
            merged.types[renamed[name]] = MergedType(renamed[name], kind="SCALAR")
    merged.directives[local] = MergedDirectiveDef(
        local,
        arguments={a.name.value: _argument(a, renamed) for a in node.arguments},
        locations=tuple(loc.value for loc in node.locations),
        repeatable=node.repeatable,
        executable=False,
    )


def _type_name(argument: InputValueDefinitionNode) -> str:
    return named(type_text(argument.type))


def _argument(node: InputValueDefinitionNode, renamed: dict[str, str]) -> MergedInput:
    text = type_text(node.type)
    name = named(text)
    return MergedInput(
        node.name.value, type=text.replace(name, renamed.get(name, name)), default=node.default_value
    )
