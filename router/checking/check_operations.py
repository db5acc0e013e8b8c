"""Which operations the changes touch, and where.

An operation breaks when it uses what a breaking change changed, or when it isn't valid against the new schema
though it was against the old one. What variables may hold is a *possible* break: told, not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphql import DocumentNode, GraphQLError, Node, get_location, parse, validate

from .changes import Change, Place, Severity
from .find_uses import OperationUses, find_uses
from .read_api import Api

MAX_VALIDATION_ERRORS = 100


@dataclass(frozen=True, slots=True)
class OperationFile:
    """A document of operations: ``name`` is shown, usually the file's path."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One operation meets one change (or an error of validation: then ``change`` is None)."""

    file: str
    operation: str
    places: tuple[Place, ...]
    message: str
    change: Change | None
    sure: bool

    @property
    def breaks(self) -> bool:
        """Whether the operation certainly stops working as it did."""
        return self.sure and (self.change is None or self.change.severity == Severity.breaking)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An operation that can't be judged: it wasn't valid before either."""

    file: str
    message: str
    place: Place | None


def check_operations(
    files: Iterable[OperationFile], changes: Sequence[Change], old: Api, new: Api
) -> Iterator[Finding | Unreadable]:
    """Judge each operation of each file."""
    relevant = [c for c in changes if c.severity > Severity.safe]
    for file in files:
        try:
            yield from list(_judge(file, relevant, old, new))
        except RecursionError:
            yield Unreadable(file.name, "It is nested too deeply to be judged", None)


def _judge(
    file: OperationFile, changes: Sequence[Change], old: Api, new: Api
) -> Iterator[Finding | Unreadable]:
    try:
        document = parse(file.text)
    except GraphQLError as error:
        yield _unreadable(file, error)
        return
    invalid = validate(old.schema, document, max_errors=MAX_VALIDATION_ERRORS)
    if invalid:
        yield from (_unreadable(file, error) for error in invalid)
    else:
        yield from _findings(file, document, changes, old, new)


def _findings(
    file: OperationFile, document: DocumentNode, changes: Sequence[Change], old: Api, new: Api
) -> Iterator[Finding]:
    errors = validate(new.schema, document, max_errors=MAX_VALIDATION_ERRORS)
    at_fault = {_place(node) for error in errors for node in error.nodes or ()}
    explained: set[Place] = set()
    all_uses = list(find_uses(document, old.schema))
    for uses in all_uses:
        for change in changes:
            finding = _touched(file, uses, change, at_fault)
            if finding is not None:
                yield finding
                explained |= set(finding.places) if finding.breaks else set()
    for error in errors:
        places = tuple(_place(node) for node in error.nodes or ())
        if not explained.intersection(places):
            yield Finding(file.name, _owner(places, all_uses), places, error.message, None, sure=True)


def _touched(
    file: OperationFile, uses: OperationUses, change: Change, at_fault: set[Place]
) -> Finding | None:
    nodes = [node for coordinate in change.touches for node in uses.sure.get(coordinate, ())]
    maybe = [node for coordinate in change.touches for node in uses.possible.get(coordinate, ())]
    if not nodes and not maybe:
        return None
    places = tuple(dict.fromkeys(_place(node) for node in nodes or maybe))
    sure = bool(nodes) or bool(at_fault.intersection(places))
    return Finding(file.name, uses.name, places, change.message, change, sure)


def _owner(places: Sequence[Place], all_uses: Sequence[OperationUses]) -> str:
    """Name the operation that begins last before the place; a fragment's belongs to whoever spreads it."""
    before = [uses for uses in all_uses if places and _place(uses.node) <= places[0]]
    return before[-1].name if before else all_uses[0].name if all_uses else "(fragment)"


def _place(node: Node) -> Place:
    assert node.loc is not None
    at = get_location(node.loc.source, node.loc.start)
    return at.line, at.column


def _unreadable(file: OperationFile, error: GraphQLError) -> Unreadable:
    at = error.locations[0] if error.locations else None
    return Unreadable(file.name, error.message, (at.line, at.column) if at else None)
