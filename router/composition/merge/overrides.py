"""``@override``: which subgraphs a field has been taken away from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..subgraph.applied import Applied
from ..subgraph.build import Checked
from ..subgraph.suggest import did_you_mean
from ..subgraph.values import as_string
from .context import FieldSource, Merging

_PERCENT = re.compile(r"percent\((\d{1,2}(?:\.\d{1,8})?|100)\)\Z")
_LABEL = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*\Z")


@dataclass(slots=True)
class Overrides:
    """Of one field, by subgraph name.

    ``gone`` don't have it any more, ``used`` still need it declared (keys, @requires, interfaces), ``labels``
    share it by a label, of which ``losing`` are overridden. ``unknown``: @override from nowhere.
    """

    gone: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    losing: set[str] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)

    def resolves(self, name: str) -> bool:
        """Whether the subgraph answers the field (one that shares it by a label counts as overridden)."""
        return name not in self.gone and name not in self.used and name not in self.losing


def read_overrides(merging: Merging, sources: Sequence[FieldSource]) -> Overrides:
    """Work out the overrides of one field and report faulty ones."""
    overriding = [(c, a) for c, f in sources if f.directives and (a := f.first("override")) is not None]
    overrides = Overrides()
    for checked, applied in overriding:
        _Reader(merging, sources, overrides).read(checked, applied)
    return overrides


@dataclass(slots=True)
class _Reader:
    merging: Merging
    sources: Sequence[FieldSource]
    overrides: Overrides

    @property
    def coordinate(self) -> str:
        return self.sources[0][1].coordinate

    def fail(
        self, code: str, message: str, checked: Checked, applied: Applied, fix: str | None = None
    ) -> None:
        self.merging.report.error(
            code, message, coordinate=self.coordinate, where=[(checked.subgraph.name, applied)], fix=fix
        )

    def read(self, checked: Checked, applied: Applied) -> None:
        name = checked.subgraph.name
        origin = as_string(applied.args.get("from")) or ""
        self._check_label(checked, applied)
        if origin == name:
            self.fail(
                "OVERRIDE_FROM_SELF_ERROR",
                f'"{self.coordinate}" overrides itself',
                checked,
                applied,
                "Name the subgraph that the field comes from",
            )
            return
        if self._is_interface_object(checked):
            self._collision(checked, applied, checked, "interfaceObject")
            return
        source = next(((c, f) for c, f in self.sources if c.subgraph.name == origin), None)
        if source is None:
            self._from_nowhere(checked, applied, origin)
        elif source[1].first("override"):
            self.fail(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                f'"{self.coordinate}" is overridden from "{origin}", where it has an @override itself',
                checked,
                applied,
                "Keep one of the two",
            )
        elif not self._collides(checked, applied, source):
            self._take(checked, applied, source)

    def _from_nowhere(self, checked: Checked, applied: Applied, origin: str) -> None:
        merging, name = self.merging, checked.subgraph.name
        names = [c.subgraph.name for c in merging.subgraphs]
        where = [(name, applied)]
        if origin not in names:
            self.overrides.unknown[name] = origin
            near = did_you_mean(origin, names)
            merging.report.hint(
                "FROM_SUBGRAPH_DOES_NOT_EXIST",
                f'"{self.coordinate}" overrides subgraph "{origin}", which does not exist'
                + (f' (did you mean "{near[0]}"?)' if near else ""),
                coordinate=self.coordinate,
                where=where,
            )
            return
        merging.report.hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'"{self.coordinate}" is not in subgraph "{origin}" any more: the @override can go',
            coordinate=self.coordinate,
            where=where,
        )

    def _collides(self, checked: Checked, applied: Applied, source: FieldSource) -> bool:
        """Whether the @override can't be followed because of what else stands on one of the two fields.

        The field that takes over may have @requires and @provides: a computed field often moves to a subgraph
        that has to be sent what the old one had by itself.
        """
        own = next(f for c, f in self.sources if c is checked)
        origin, field = source
        if own.external:
            self._collision(checked, applied, checked, "external")
        elif self._is_interface_object(origin):
            self._collision(checked, applied, origin, "interfaceObject")
        elif field.first("external"):
            self._overrides_external(origin)
        elif other := next((k for k in ("provides", "requires") if field.first(k)), None):
            self._collision(checked, applied, origin, other)
        else:
            return False
        return True

    def _is_interface_object(self, checked: Checked) -> bool:
        field = next(f for c, f in self.sources if c is checked)
        return checked.subgraph.types[field.parent].interface_object

    def _collision(self, checked: Checked, applied: Applied, at: Checked, other: str) -> None:
        which = "overriding" if at is checked else "overridden"
        self.fail(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'"{self.coordinate}" can\'t be overridden: {which} in "{at.subgraph.name}", it has @{other}',
            checked,
            applied,
        )

    def _overrides_external(self, at: Checked) -> None:
        self.merging.report.hint(
            "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
            f'"{self.coordinate}" is @external in subgraph "{at.subgraph.name}": the @override can go',
            coordinate=self.coordinate,
        )

    def _check_label(self, checked: Checked, applied: Applied) -> None:
        label = as_string(applied.args.get("label"))
        if label is None or _PERCENT.match(label):
            return
        if _LABEL.match(label) and not label.startswith("percent("):
            return
        self.fail(
            "OVERRIDE_LABEL_INVALID",
            f'"{label}" is no label for an @override',
            checked,
            applied,
            'Use "percent(x)", x from 0 to 100 with up to 8 decimals, or a word of letters, digits and _-:./',
        )

    def _take(self, checked: Checked, applied: Applied, source: FieldSource) -> None:
        origin, field = source
        label = as_string(applied.args.get("label"))
        used = self._is_still_used(origin, field.coordinate)
        name = origin.subgraph.name
        if label is not None:
            self.overrides.labels[name] = self.overrides.labels[checked.subgraph.name] = label
            self.overrides.losing.add(name)
            if used:
                self.overrides.used.add(name)
        elif used:
            self.overrides.used.add(name)
        else:
            self.overrides.gone.add(name)
        self._hint(checked, origin, field.coordinate, used=used, label=label)

    def _hint(
        self, checked: Checked, origin: Checked, coordinate: str, *, used: bool, label: str | None
    ) -> None:
        old, new = origin.subgraph.name, checked.subgraph.name
        hint = self.merging.report.hint
        if label is not None:
            hint(
                "OVERRIDE_MIGRATION_IN_PROGRESS",
                f'"{coordinate}" is moving from "{old}" to "{new}"',
                coordinate=coordinate,
            )
        elif used:
            hint(
                "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
                f'"{coordinate}" is overridden by "{new}"; in "{old}" it can be made @external',
                coordinate=coordinate,
            )
        else:
            hint(
                "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
                f'"{coordinate}" is overridden by "{new}"; it can go from "{old}"',
                coordinate=coordinate,
            )

    def _is_still_used(self, checked: Checked, coordinate: str) -> bool:
        if coordinate in checked.facts.used:
            return True
        parent, _, name = coordinate.partition(".")
        interfaces = (checked.subgraph.types.get(i) for i in checked.subgraph.types[parent].interfaces)
        return any(i is not None and name in i.fields for i in interfaces)
