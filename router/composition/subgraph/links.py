"""What a schema links: features, what they are called here, what of them is imported.

Enters: the directives on ``schema``. Leaves: ``Links``. https://specs.apollo.dev/link/v1.0
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphql import ListValueNode, ObjectValueNode, StringValueNode, ValueNode

from ..report import Report
from . import specs
from .applied import Applied
from .suggest import did_you_mean
from .values import as_string, value_text

_VERSION = re.compile(r"v(0|[1-9]\d*)\.(0|[1-9]\d*)\Z")
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]*\Z")
USAGE = "INVALID_LINK_DIRECTIVE_USAGE"


@dataclass(frozen=True, slots=True)
class FeatureUrl:
    """``identity/vMAJOR.MINOR``; ``name`` is the identity's last component."""

    text: str
    identity: str
    name: str
    version: specs.Version


@dataclass(frozen=True, slots=True)
class Feature:
    """One linked feature. ``alias`` is its name in this schema; ``imports`` element → local name.

    Elements of directives start with ``@`` on both sides: ``{"@key": "@myKey", "FieldSet": "Fields"}``.
    """

    url: FeatureUrl
    alias: str
    imports: dict[str, str]
    purpose: str | None
    applied: Applied
    renamed: bool = False

    def local(self, element: str) -> str:
        """Give the name that an element has in this schema."""
        if element in self.imports:
            return self.imports[element]
        at, name = ("@", element[1:]) if element.startswith("@") else ("", element)
        if at and name == self.url.name:
            return "@" + self.alias
        return f"{at}{self.alias}__{name}"


@dataclass(slots=True)
class Links:
    """All features of a schema. ``directive`` is what it calls ``@link``, without the ``@``."""

    features: list[Feature] = field(default_factory=list)
    directive: str = "link"
    _imported: dict[str, tuple[Feature, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for feature in self.features:
            for element, local in feature.imports.items():
                self._imported.setdefault(local, (feature, element))

    def feature(self, identity: str) -> Feature | None:
        """Find a feature by identity."""
        return next((f for f in self.features if f.url.identity == identity), None)

    def source(self, local: str) -> tuple[Feature, str] | None:
        """Tell which feature's element a local name (``@myKey``, ``federation__FieldSet``) is."""
        found = self._imported.get(local)
        if found:
            return found
        at, name = ("@", local[1:]) if local.startswith("@") else ("", local)
        prefix, separator, rest = name.partition("__")
        for feature in self.features:
            if separator and prefix == feature.alias:
                return feature, at + rest
            if at and name == feature.alias:
                return feature, "@" + feature.url.name
        return None


def parse_url(text: str) -> FeatureUrl | None:
    """Split a feature's URL; None if it has no name or no version."""
    path = text.split("?")[0].split("#")[0].rstrip("/")
    identity, _, last = path.rpartition("/")
    version = _VERSION.match(last)
    name = identity.rpartition("/")[2]
    if not version or not name or "://" not in identity:
        return None
    return FeatureUrl(text, identity, name, (int(version[1]), int(version[2])))


def link_directive(applied: Iterable[Applied]) -> str:
    """Find what the schema calls ``@link`` (or ``@core``): the application that links the link spec."""
    for directive in applied:
        text = _url_text(directive)
        url = parse_url(text) if text else None
        if url and url.identity in (specs.LINK, specs.CORE):
            alias = as_string(directive.args.get("as")) or url.name
            if alias == directive.name:
                return alias
    return "link"


def _url_text(directive: Applied) -> str | None:
    return as_string(directive.args.get("url") or directive.args.get("feature"))


def read_links(subgraph: str, applied: list[Applied], report: Report) -> Links:
    """Read every link; report what can't be.

    A schema that links neither the link specification nor federation is one of Federation 1: it may say
    ``@link``, and means nothing by it.
    """
    name = link_directive(applied)
    reader = _LinkReader(subgraph, report)
    features = [f for d in applied if d.name == name for f in reader.read(d)]
    found = {f.url.identity for f in features}
    if features and not found & {specs.LINK, specs.CORE}:
        url = parse_url(specs.LINK + "/v1.0")
        assert url
        link = Feature(url, "link", {}, None, features[0].applied)
        features = [link, *features] if specs.FEDERATION in found else [link]
    return Links(features, name)


@dataclass(slots=True)
class _LinkReader:
    subgraph: str
    report: Report

    def error(self, message: str, directive: Applied, code: str = USAGE, fix: str | None = None) -> None:
        self.report.error(code, message, coordinate="schema", where=[(self.subgraph, directive)], fix=fix)

    def read(self, directive: Applied) -> Iterator[Feature]:
        text = _url_text(directive)
        if not text:
            if directive.args:
                self.error(f"@{directive.name} has no url to say what it links", directive)
            return
        url = parse_url(text)
        if url is None:
            self.error(
                f'"{text}" is not the URL of a feature',
                directive,
                "INVALID_LINK_IDENTIFIER",
                "A feature's URL ends in a name and a version, as in https://example.com/name/v1.0",
            )
            return
        if not self._version_known(url, directive):
            return
        alias = as_string(directive.args.get("as"))
        imports = self._imports(url, directive)
        purpose = directive.value("for")
        yield Feature(
            url, alias or url.name, imports, str(purpose) if purpose else None, directive, alias is not None
        )

    def _version_known(self, url: FeatureUrl, directive: Applied) -> bool:
        if not specs.is_known(url.identity) or specs.spec(url.identity, url.version):
            return True
        if url.identity == specs.FEDERATION:
            major, minor = url.version
            latest = ".".join(map(str, specs.LATEST_FEDERATION))
            self.error(
                f"Federation v{major}.{minor} is not known here",
                directive,
                "UNKNOWN_FEDERATION_LINK_VERSION",
                f"Link a version from v2.0 to v{latest}",
            )
            return False
        if url.identity in (specs.LINK, specs.CORE):
            self.error(f'"{url.text}" has an unknown version', directive, "UNKNOWN_LINK_VERSION")
            return False
        return True

    def _imports(self, url: FeatureUrl, directive: Applied) -> dict[str, str]:
        node = directive.args.get("import")
        if node is None:
            return {}
        if not isinstance(node, ListValueNode):
            self.error(f"import is no list: {value_text(node)}", directive)
            return {}
        spec = specs.spec(url.identity, url.version)
        known = spec.elements() if spec else None
        imports: dict[str, str] = {}
        for value in node.values:
            entry = self._import(value, directive)
            if entry is None:
                continue
            element, local = entry
            if known is not None and element not in known:
                self._unknown(element, known, directive)
            elif imports.setdefault(element, local) != local:
                self.error(
                    f'"{element}" of {url.identity} is imported twice, as "{imports[element]}" and "{local}"',
                    directive,
                    fix="Import it once",
                )
        return imports

    def _unknown(self, element: str, known: set[str], directive: Applied) -> None:
        other = element[1:] if element.startswith("@") else "@" + element
        near = [other] if other in known else did_you_mean(element, known)
        fix = f"Did you mean {' or '.join(map(repr, near))}?" if near else None
        self.error(f'There is no "{element}" to import in this version of the feature', directive, fix=fix)

    def _import(self, value: ValueNode, directive: Applied) -> tuple[str, str] | None:
        if isinstance(value, StringValueNode):
            return (value.value, value.value) if self._element_name(value.value, value, directive) else None
        if not isinstance(value, ObjectValueNode):
            self.error(
                f"{value_text(value)} is no import: give a string or "
                '{ name: "@element", as: "@localName" }',
                directive,
            )
            return None
        return self._import_object(value, directive)

    def _import_object(self, value: ObjectValueNode, directive: Applied) -> tuple[str, str] | None:
        given: dict[str, str] = {}
        sound = True
        for item in value.fields:
            text = as_string(item.value)
            if item.name.value not in ("name", "as"):
                self.error(f'Unknown "{item.name.value}" in the import {value_text(value)}', directive)
                sound = False
            elif text is None or not self._element_name(text, value, directive):
                if text is None:
                    self.error(f'"{item.name.value}" is no string in {value_text(value)}', directive)
                sound = False
            else:
                given[item.name.value] = text
        if sound and "name" not in given:
            self.error(f'The import {value_text(value)} has no "name"', directive)
        if not sound or "name" not in given:
            return None
        return self._renamed(given["name"], given.get("as", given["name"]), directive)

    def _element_name(self, text: str, value: ValueNode, directive: Applied) -> bool:
        if _NAME.match(text.removeprefix("@")):
            return True
        self.error(f'"{text}" in the import {value_text(value)} is no GraphQL name', directive)
        return False

    def _renamed(self, element: str, local: str, directive: Applied) -> tuple[str, str] | None:
        if element.startswith("@") == local.startswith("@"):
            return element, local
        kind = "directive" if element.startswith("@") else "type"
        self.error(
            f'The {kind} "{element}" can\'t be imported as "{local}"',
            directive,
            fix='Directives begin with "@" on both sides, types on neither',
        )
        return None
