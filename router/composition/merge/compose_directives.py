"""``@composeDirective``: custom directives of a linked feature that subgraphs want in the supergraph.

Enters: the subgraphs. Leaves: for each composed directive its rule, its feature's link and its definition.
Applications that are composed get a ``known`` name of their own, ``@name``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..report import Report
from ..subgraph import specs
from ..subgraph.applied import Applied
from ..subgraph.build import Checked
from ..subgraph.links import USAGE, Feature
from ..subgraph.model import DirectiveDef
from ..subgraph.suggest import did_you_mean
from ..subgraph.values import as_string
from .composed_specs import COMPOSED

CODE = "DIRECTIVE_COMPOSITION_ERROR"


@dataclass(frozen=True, slots=True)
class Wish:
    """A subgraph's wish to compose ``@name``, element ``element`` of a feature."""

    checked: Checked
    applied: Applied
    name: str
    feature: Feature
    element: str

    @property
    def identity(self) -> str:
        """The feature's identity."""
        return self.feature.url.identity


@dataclass(frozen=True, slots=True)
class ComposedDirective:
    """A custom directive that goes into the supergraph."""

    name: str
    element: str
    feature: Feature
    definition: DirectiveDef


def compose_directives(subgraphs: Sequence[Checked], report: Report) -> list[ComposedDirective]:
    """Find the custom directives to compose; mark their applications."""
    before = len(report.errors)
    wishes = [wish for checked in subgraphs for wish in _Wishes(checked, subgraphs, report).read()]
    _hint_major_versions(subgraphs, wishes, report)
    for identity in dict.fromkeys(w.identity for w in wishes):
        _check_versions([w for w in wishes if w.identity == identity], identity, report)
    _check_names(wishes, report)
    if len(report.errors) > before:
        return []
    composed = [_composed(subgraphs, wishes, name, report) for name in dict.fromkeys(w.name for w in wishes)]
    for wish in wishes:
        _mark(wish)
    _hint_other_names(subgraphs, wishes, report)
    return [c for c in composed if c is not None]


@dataclass(slots=True)
class _Wishes:
    checked: Checked
    subgraphs: Sequence[Checked]
    report: Report

    def read(self) -> Iterator[Wish]:
        for applied in self.checked.subgraph.schema.having("composeDirective"):
            wish = self._wish(applied)
            if wish is not None:
                yield wish

    def fail(self, message: str, applied: Applied, fix: str | None = None, code: str = CODE) -> None:
        where = [(self.checked.subgraph.name, applied)]
        self.report.error(code, message, coordinate="schema", where=where, fix=fix)

    def _wish(self, applied: Applied) -> Wish | None:
        text = as_string(applied.args.get("name"))
        if not text:
            self.fail(f"{applied.text} names no directive", applied)
        elif not text.startswith("@"):
            self.fail(f'{applied.text}: "{text}" doesn\'t start with "@"', applied, f'Write "@{text}"')
        elif text[1:] not in self.checked.subgraph.directives:
            near = did_you_mean(text, ["@" + n for n in self.checked.subgraph.directives])
            fix = f'Did you mean "{near[0]}"?' if near else None
            self.fail(f'{applied.text}: there is no directive "{text}" here', applied, fix)
        else:
            return self._of_feature(text, applied)
        return None

    def _of_feature(self, text: str, applied: Applied) -> Wish | None:
        source = self.checked.subgraph.links.source(text)
        if source is None:
            self.fail(
                f'"{text}" belongs to no linked feature, so it can\'t be composed',
                applied,
                "Link the feature that the directive belongs to, and import it",
            )
            return None
        feature, element = source
        if feature.url.identity in _MACHINERY:
            if element.removeprefix("@") in COMPOSED:
                self._hint_needless(text, applied)
            else:
                self.fail(f"\"{text}\" is federation's own and can't be composed", applied)
            return None
        if text.startswith(("@join__", "@link__")) or text in ("@join", "@link"):
            self.fail(
                f"\"{text}\" can't go into the supergraph under this name: it would be taken for join's or "
                "link's",
                applied,
                'Rename the import with "as"',
                USAGE,
            )
            return None
        return (
            None
            if self._conflicts(text, applied)
            else Wish(self.checked, applied, text[1:], feature, element)
        )

    def _hint_needless(self, text: str, applied: Applied) -> None:
        self.report.hint(
            "DIRECTIVE_COMPOSITION_INFO",
            f'"{text}" is composed anyway: it needs no @composeDirective',
            coordinate="schema",
            where=[(self.checked.subgraph.name, applied)],
        )

    def _conflicts(self, text: str, applied: Applied) -> bool:
        """A federation directive that is composed anyway may have the name already."""
        holders = [
            c.subgraph.name
            for c in self.subgraphs
            if any("@" + c.applied[known] == text for known in COMPOSED if known in c.applied)
        ]
        if holders:
            self.fail(
                f"\"{text}\" can't be composed under this name: it is a federation directive's in "
                + ", ".join(f'"{h}"' for h in holders),
                applied,
                'Rename the import with "as"',
            )
        return bool(holders)


_MACHINERY = frozenset({specs.FEDERATION, specs.LINK, specs.CORE, specs.JOIN})


def _check_versions(wishes: Sequence[Wish], identity: str, report: Report) -> None:
    majors = {w.feature.url.version[0] for w in wishes}
    if len(majors) > 1:
        report.error(
            CODE,
            f"{identity} is composed in versions that don't go together: "
            + ", ".join(f'{w.feature.url.text} in "{w.checked.subgraph.name}"' for w in wishes),
            coordinate="schema",
            where=[(w.checked.subgraph.name, w.applied) for w in wishes],
            fix="Link the same major version everywhere",
        )


def _check_names(wishes: Sequence[Wish], report: Report) -> None:
    by_name: dict[str, dict[tuple[str, str], Wish]] = {}
    by_element: dict[tuple[str, str], dict[str, Wish]] = {}
    for wish in wishes:
        source = (wish.identity, wish.element)
        by_name.setdefault(wish.name, {}).setdefault(source, wish)
        by_element.setdefault(source, {}).setdefault(wish.name, wish)
    for name, sources in by_name.items():
        if len(sources) > 1:
            _disagree(f'"@{name}" is not the same directive in all subgraphs', sources.values(), report)
    for (identity, element), names in by_element.items():
        if len(names) > 1:
            said = ", ".join(f'"@{w.name}" in "{w.checked.subgraph.name}"' for w in names.values())
            _disagree(
                f'"{element}" of {identity} is composed under several names: {said}', names.values(), report
            )


def _disagree(message: str, wishes: Iterable[Wish], report: Report) -> None:
    report.error(
        CODE,
        message,
        coordinate="schema",
        where=[(w.checked.subgraph.name, w.applied) for w in wishes],
        fix="Import it under one name everywhere",
    )


def _composed(
    subgraphs: Sequence[Checked], wishes: Sequence[Wish], name: str, report: Report
) -> ComposedDirective | None:
    """Take the definition from the latest version of the feature among the subgraphs composing it.

    Where they define one version differently, the widest definition fits the most applications.
    """
    first = next(w for w in wishes if w.name == name)
    same_feature = [w for w in wishes if w.identity == first.identity]
    latest = max(w.feature.url.version for w in same_feature)
    candidates = [w for w in same_feature if w.feature.url.version == latest]
    defined = [(definition, w) for w in candidates if (definition := _definition(w, first.element))]
    if defined:
        definition, wish = max(reversed(defined), key=lambda found: len(found[0].arguments))
        return ComposedDirective(name, first.element, wish.feature, definition)
    wish = candidates[0]
    report.error(
        CODE,
        f'"{first.element}" is not defined in "{wish.checked.subgraph.name}", which links the latest version '
        f"({wish.feature.url.text})",
        coordinate="schema",
        where=[(wish.checked.subgraph.name, wish.applied)],
        fix="Define it there too",
    )
    return None


def _definition(wish: Wish, element: str) -> DirectiveDef | None:
    return wish.checked.subgraph.directives.get(wish.feature.local(element).removeprefix("@"))


def _mark(wish: Wish) -> None:
    for element in wish.checked.subgraph.elements():
        for applied in element.directives:
            if applied.name == wish.name:
                applied.known = "@" + wish.name


def _custom_features(checked: Checked) -> Iterator[Feature]:
    return (f for f in checked.subgraph.links.features if not specs.is_known(f.url.identity))


def _hint_major_versions(subgraphs: Sequence[Checked], wishes: Sequence[Wish], report: Report) -> None:
    composed = {w.identity for w in wishes}
    found: dict[str, set[int]] = {}
    for checked in subgraphs:
        for feature in _custom_features(checked):
            found.setdefault(feature.url.identity, set()).add(feature.url.version[0])
    for identity, majors in found.items():
        if len(majors) > 1 and identity not in composed:
            report.hint("DIRECTIVE_COMPOSITION_INFO", f"{identity} is linked in several major versions")


def _hint_other_names(subgraphs: Sequence[Checked], wishes: Sequence[Wish], report: Report) -> None:
    for wish in {w.name: w for w in wishes}.values():
        others = [
            (c, f)
            for c in subgraphs
            for f in _custom_features(c)
            if f.url.identity == wish.identity
            and f.imports.get(wish.element, "@" + wish.name) != "@" + wish.name
        ]
        if others:
            report.hint(
                "DIRECTIVE_COMPOSITION_WARN",
                f'"@{wish.name}" has another name in '
                + ", ".join(f'"{c.subgraph.name}"' for c, _ in others)
                + ", whose applications are not composed",
                coordinate="@" + wish.name,
                where=[(c.subgraph.name, f.applied) for c, f in others],
            )
