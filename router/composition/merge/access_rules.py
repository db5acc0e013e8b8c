"""Access rules (@authenticated, @requiresScopes, @policy) beyond the elements they were written on.

An interface asks for all that its implementations ask for; a field that an interface object resolves for a
type has the rules of both. Then: a field that reads others, by @requires or a context, must ask for what they
do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from ..subgraph.applied import Applied
from ..subgraph.build import Checked
from ..subgraph.contexts import context_selections_of
from ..subgraph.field_sets import FieldSetProblem, parse_selections
from ..subgraph.type_refs import named
from .combine_arguments import TooManyClauses, clauses_of, conjunction
from .context import Merging
from .interface_object_fields import interface_object_fields
from .merged import MergedDirective, MergedElement, MergedField, MergedType

AUTH = {"authenticated": "", "requiresScopes": "scopes", "policy": "policies"}
CODE = "MISSING_TRANSITIVE_AUTH_REQUIREMENTS"
ANYBODY = (frozenset[str](),)


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a caller; scopes and policies in disjunctive form, ``ANYBODY`` where nothing is."""

    authenticated: bool = False
    scopes: tuple[frozenset[str], ...] = ANYBODY
    policies: tuple[frozenset[str], ...] = ANYBODY

    def both(self, other: Rules, max_clauses: int) -> Rules:
        """Ask for what both ask for; raise TooManyClauses."""
        return Rules(
            self.authenticated or other.authenticated,
            tuple(conjunction(self.scopes, other.scopes, max_clauses)),
            tuple(conjunction(self.policies, other.policies, max_clauses)),
        )

    def covers(self, needed: Rules) -> bool:
        """Whether whoever satisfies these rules satisfies ``needed``."""
        return (
            (self.authenticated or not needed.authenticated)
            and _implies(self.scopes, needed.scopes)
            and _implies(self.policies, needed.policies)
        )


def _implies(own: Sequence[frozenset[str]], needed: Sequence[frozenset[str]]) -> bool:
    return all(any(clause >= other for other in needed) for clause in own)


def apply_access_rules(merging: Merging) -> None:
    """Spread the rules, then report fields that would give away what they read."""
    if not any(known in merging.rules.rules for known in AUTH):
        return
    _hint_not_enforced(merging)
    _spread_from_interface_objects(merging)
    _spread_to_interfaces(merging)
    for checked in merging.subgraphs:
        for coordinate, applied, selections in _readings(checked):
            _check_reading(merging, checked, coordinate, applied, selections)


def _hint_not_enforced(merging: Merging) -> None:
    """The router doesn't enforce access rules yet, and refuses to start with them unless it is told to."""
    types = merging.merged.types.values()
    protected = [t.name for t in types if _auth_of([t])]
    protected += [f.coordinate for t in types for f in t.fields.values() if _auth_of([f])]
    if protected:
        shown = ", ".join(f'"{name}"' for name in protected[:3]) + (", …" if len(protected) > 3 else "")
        merging.report.hint(
            "ACCESS_DIRECTIVES_NOT_ENFORCED",
            f"This router does not enforce the access rules of {shown} yet: the subgraphs must",
            coordinate=protected[0],
        )


def _spread_from_interface_objects(merging: Merging) -> None:
    for type_ in merging.merged.types.values():
        if type_.kind != "OBJECT":
            continue
        for field in type_.fields.values():
            sources = [
                d
                for _, source in interface_object_fields(merging, type_, field.name)
                for d in source.directives
                if d.known in AUTH
            ]
            if sources:
                _combine(merging, field, sources, field.coordinate)


def _spread_to_interfaces(merging: Merging) -> None:
    types = merging.merged.types
    for type_ in types.values():
        if type_.kind != "INTERFACE":
            continue
        objects = [types[name] for name in sorted(merging.merged.implementations.get(type_.name, ()))]
        _combine(merging, type_, _auth_of(objects), type_.name)
        for field in type_.fields.values():
            own = [o.fields[field.name] for o in objects if field.name in o.fields]
            _combine(merging, field, _auth_of(own), field.coordinate)


def _auth_of(elements: Iterable[MergedElement]) -> list[Applied]:
    return [Applied(None, d.name, d.known, d.args) for e in elements for d in e.applied if d.known in AUTH]


def _combine(merging: Merging, into: MergedElement, added: Sequence[Applied], coordinate: str) -> None:
    """Make ``into`` ask for what it asks for and for what ``added`` do."""
    if not added:
        return
    others = [d for d in into.applied if d.known not in AUTH]
    found = [*_auth_of([into]), *added]
    combined = []
    for known in dict.fromkeys(d.known for d in found):
        same = list({d.text: d for d in found if d.known == known}.values())
        rule = merging.rules.rules[known]
        if len(same) > 1:
            combined.append(merging.rules.combined(rule, same, coordinate, merging.report))
        else:
            combined.append(MergedDirective(rule.name, known, same[0].args))
    into.applied = others + combined


def rules_of(element: MergedElement) -> Rules:
    """Read an element's access rules, each of which it has once at most."""
    if not element.applied:
        return Rules()
    clauses = {a.known: tuple(clauses_of(a, AUTH[a.known])) for a in _auth_of([element])}
    return Rules(
        "authenticated" in clauses, clauses.get("requiresScopes", ANYBODY), clauses.get("policy", ANYBODY)
    )


Reading = tuple[str, Applied, list[tuple[str, SelectionSetNode]]]


def _readings(checked: Checked) -> Iterator[Reading]:
    """Go through what fields read: coordinate, directive, selections by the type they are made on."""
    for used in checked.facts.requires:
        text = used.applied.value("fields")
        try:
            yield used.place, used.applied, [(used.type.name, parse_selections(str(text)))]
        except FieldSetProblem:
            continue
    yield from context_selections_of(checked.subgraph)


def _check_reading(
    merging: Merging,
    checked: Checked,
    coordinate: str,
    applied: Applied,
    selections: Sequence[tuple[str, SelectionSetNode]],
) -> None:
    type_name, _, field_name = coordinate.partition(".")
    owner = merging.merged.types[type_name]
    try:
        own = rules_of(owner).both(rules_of(owner.fields[field_name]), merging.rules.max_clauses)
    except TooManyClauses:
        merging.rules.report_clauses(coordinate, merging.report)
        return
    for on, nodes in selections:
        for read, needed in _needed(merging, nodes, on):
            if not own.covers(needed):
                merging.report.error(
                    CODE,
                    f'"{coordinate}" gives away "{read}", which {applied.text} reads: it asks for less than '
                    "that field does",
                    coordinate=coordinate,
                    where=[(checked.subgraph.name, applied)],
                    fix=f'Apply the access rules of "{read}" to "{coordinate}" too',
                )
                return


def _needed(merging: Merging, nodes: SelectionSetNode, type_name: str) -> Iterator[tuple[str, Rules]]:
    """Give the rules of everything that a selection passes, each with the coordinate it stands on."""
    type_ = merging.merged.types.get(type_name)
    if type_ is None:
        return
    yield type_name, rules_of(type_)
    for node in nodes.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else type_name
            yield from _needed(merging, node.selection_set, condition)
        elif isinstance(node, FieldNode) and node.name.value in type_.fields:
            yield from _needed_by_field(merging, type_.fields[node.name.value], node)


def _needed_by_field(merging: Merging, field: MergedField, node: FieldNode) -> Iterator[tuple[str, Rules]]:
    yield field.coordinate, rules_of(field)
    if node.selection_set:
        yield from _needed(merging, node.selection_set, named(field.type))
        return
    leaf: MergedType | None = merging.merged.types.get(named(field.type))
    if leaf is not None:
        yield leaf.name, rules_of(leaf)
