"""Contracts: a part of the graph for some of its clients, chosen by ``@tag``.

Enter: the merged supergraph and a ``Contract``. Leaves: the same supergraph with all that is outside marked
``@inaccessible``, so that any router serves it. The rules are those that contracts commonly have
(https://www.apollographql.com/docs/graphos/delivery/contract-reference):

- a type's tags hold for its fields too (not a union's for its members);
- with excluded tags, what bears one goes: types, fields, arguments, input fields, enum values, scalars;
- with included tags, fields of objects and interfaces stay only if they bear one, unions likewise; input
  types, enums and scalars stay; what bears a tag of both kinds goes;
- a type goes when nothing is left in it, an interface's field when an implementation lost its own;
- types that nothing visible leads to go as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from graphql import StringValueNode

from .merge.build_rules import link_inaccessible
from .merge.check_inaccessible import check_inaccessible
from .merge.merged import Merged, MergedDirective, MergedElement, MergedInput, MergedType
from .reachable_types import reachable_types
from .report import CompositionError, Report

Marks = Callable[[MergedElement], bool]


@dataclass(frozen=True, slots=True)
class Contract:
    """Which tags are in and which are out; ``keep_unreachable`` leaves types that no query can reach."""

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    keep_unreachable: bool = False


def apply_contract(merged: Merged, contract: Contract, report: Report) -> None:
    """Mark what is outside; report a contract that leaves nothing, or no whole schema."""
    _hint_unknown_tags(merged, contract, report)
    _Filter(merged, contract, link_inaccessible(merged)).run()
    query = merged.types[merged.roots["query"]]
    if query.has("inaccessible"):
        tags = ", ".join(sorted(contract.include | contract.exclude))
        report.error(
            "CONTRACT_EMPTY",
            f"The contract leaves no query: no field of {query.name} stays with the tags {tags}",
            coordinate=query.name,
            fix="Tag the query fields that clients start from",
        )
        return
    broken = Report()
    check_inaccessible(merged, broken)
    report.errors += [_of_contract(error) for error in broken.errors]


def _of_contract(error: CompositionError) -> CompositionError:
    message = "In the contract's schema, " + error.message.replace("@inaccessible", "hidden")
    fix = (
        error.fix.replace("Make", "Tag").replace("@inaccessible too", "as the contract hides it")
        if error.fix
        else None
    )
    return replace(error, message=message, fix=fix)


def tags_of(element: MergedElement) -> frozenset[str]:
    """Give the names of an element's tags."""
    names = (d.args.get("name") for d in element.applied if d.known == "tag")
    return frozenset(n.value for n in names if isinstance(n, StringValueNode))


def _hint_unknown_tags(merged: Merged, contract: Contract, report: Report) -> None:
    known = frozenset[str]().union(*map(tags_of, elements(merged)))
    for tag in sorted((contract.include | contract.exclude) - known):
        report.hint("CONTRACT_TAG_UNUSED", f'The contract names the tag "{tag}", which nothing bears')


def elements(merged: Merged) -> Iterator[MergedElement]:
    """Go through all that may bear a tag."""
    for type_ in merged.types.values():
        yield type_
        for field in type_.fields.values():
            yield field
            yield from field.arguments.values()
        yield from type_.inputs.values()
        yield from type_.values.values()


class _Filter:
    """Marks elements, each at most once; what the subgraphs hide themselves counts as gone."""

    def __init__(self, merged: Merged, contract: Contract, mark: MergedDirective) -> None:
        self.merged, self.contract, self.mark = merged, contract, mark

    def run(self) -> None:
        types = [t for t in self.merged.types.values() if t.join_types]
        for type_ in types:
            self.by_tags(type_)
        for type_ in types:
            self.interface_fields(type_)
        # A union whose last member goes is empty only then: objects first.
        for type_ in sorted(types, key=lambda t: t.kind == "UNION"):
            if self.is_empty(type_):
                self.hide(type_)
        if not self.contract.keep_unreachable:
            reached = reachable_types(self.merged)
            for type_ in types:
                if type_.name not in reached:
                    self.hide(type_)

    def hide(self, element: MergedElement) -> None:
        if not element.has("inaccessible"):
            element.applied = [*element.applied, self.mark]

    def by_tags(self, type_: MergedType) -> None:
        own = tags_of(type_)
        if own & self.contract.exclude or (type_.kind == "UNION" and self.is_left_out(own)):
            self.hide(type_)
        for field in type_.fields.values():
            tags = own | tags_of(field)
            if tags & self.contract.exclude or self.is_left_out(tags):
                self.hide(field)
            self.excluded(field.arguments)
        self.excluded(type_.inputs)
        for value in type_.values.values():
            if tags_of(value) & self.contract.exclude:
                self.hide(value)

    def is_left_out(self, tags: frozenset[str]) -> bool:
        return bool(self.contract.include) and not tags & self.contract.include

    def excluded(self, inputs: dict[str, MergedInput]) -> None:
        for each in inputs.values():
            if tags_of(each) & self.contract.exclude:
                self.hide(each)

    def interface_fields(self, type_: MergedType) -> None:
        """Hide an interface's fields and arguments where a visible implementation has lost them."""
        if type_.has("inaccessible"):
            return
        for interface in map(self.merged.types.__getitem__, type_.interfaces):
            for name, field in interface.fields.items():
                own = type_.fields.get(name)
                if own is not None:
                    self.lost_with(field, own)
                    for argument, input_ in field.arguments.items():
                        self.lost_with(input_, own.arguments.get(argument))

    def lost_with(self, element: MergedElement, own: MergedElement | None) -> None:
        if own is not None and own.has("inaccessible"):
            self.hide(element)

    def is_empty(self, type_: MergedType) -> bool:
        children: list[MergedElement] = [
            *type_.fields.values(),
            *type_.inputs.values(),
            *type_.values.values(),
            *(self.merged.types[member] for member in type_.members),
        ]
        return bool(children) and all(child.has("inaccessible") for child in children)
