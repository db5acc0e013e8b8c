"""Links that contradict each other: names that two features, or two elements, would share."""

from __future__ import annotations

import re

from ..report import Report
from . import specs
from .links import USAGE, Feature, Links
from .model import Subgraph

# Dots and dashes are let through: the supergraph spells them "_".
_ALIAS = re.compile(r"[_A-Za-z][_0-9A-Za-z.-]*\Z")
# What a schema that links none of federation's versions has of federation all the same.
_OF_FEDERATION = (specs.SPECS + "tag", specs.SPECS + "inaccessible")
RENAME = 'Rename the import or the feature with "as"'


def check_links(subgraph: str, links: Links, report: Report) -> None:
    """Report every conflict between the links of one schema."""
    by_alias: dict[str, Feature] = {}
    for position, feature in enumerate(links.features):
        earlier = links.features[:position]
        message = _alias_problem(feature, earlier)
        if message:
            _say(subgraph, feature, message, report, 'Give it another name with "as"')
        by_alias.setdefault(feature.alias, feature)
        if _takes_federations_name(feature, links):
            message = f'"@{feature.url.name}" is federation\'s own here, not that of {feature.url.identity}'
            _say(subgraph, feature, message, report, f'Import "@{feature.url.name}" from {specs.FEDERATION}')
    taken: dict[str, tuple[Feature, str]] = {}
    for feature in links.features:
        for element, local in feature.imports.items():
            message = _import_problem(feature, element, local, by_alias, taken)
            if message:
                _say(subgraph, feature, message, report, RENAME)
            taken.setdefault(local, (feature, element))


def _say(subgraph: str, feature: Feature, message: str, report: Report, fix: str) -> None:
    report.error(USAGE, message, coordinate="schema", where=[(subgraph, feature.applied)], fix=fix)


def _takes_federations_name(feature: Feature, links: Links) -> bool:
    if feature.url.identity not in _OF_FEDERATION or links.feature(specs.FEDERATION):
        return False
    return feature.url.name == feature.alias or f"@{feature.url.name}" in feature.imports.values()


def _alias_problem(feature: Feature, earlier: list[Feature]) -> str | None:
    identity, alias = feature.url.identity, feature.alias
    if any(other.url.identity == identity for other in earlier):
        return f"{identity} is linked more than once"
    same = next((other for other in earlier if other.alias == alias), None)
    if same:
        return f'{identity} can\'t be called "{alias}": {same.url.identity} is called that already'
    if "__" in alias:
        return f'{identity} can\'t be called "{alias}": "__" separates a feature from its elements'
    if alias.endswith("_"):
        return f'{identity} can\'t be called "{alias}": a feature\'s name must not end in "_"'
    if not _ALIAS.match(alias):
        return f'{identity} can\'t be called "{alias}": that is no GraphQL name'
    return None


def _import_problem(
    feature: Feature,
    element: str,
    local: str,
    by_alias: dict[str, Feature],
    taken: dict[str, tuple[Feature, str]],
) -> str | None:
    owner = taken.get(local)
    if owner:
        return f'"{element}" can\'t be called "{local}": that is {owner[0].url.identity}\'s "{owner[1]}" here'
    at, name = ("@", local[1:]) if local.startswith("@") else ("", local)
    prefix, separator, rest = name.partition("__")
    if separator and prefix in by_alias:
        other, meant = by_alias[prefix], at + rest
    elif at and name in by_alias:
        other, meant = by_alias[name], "@" + by_alias[name].url.name
    else:
        return None
    if other is feature and meant == element:
        return None
    return f'"{element}" can\'t be called "{local}": that would mean {other.url.identity}\'s "{meant}"'


def check_shadowed(subgraph: Subgraph, report: Report) -> None:
    """Report an element that is imported, but also defined and used under its long name."""
    for feature in subgraph.links.features:
        if not specs.is_known(feature.url.identity):
            continue
        for element, local in feature.imports.items():
            long = _namespaced(feature, element)
            if long != local and _is_used(subgraph, feature, long):
                _say(
                    subgraph.name,
                    feature,
                    f'"{element}" is imported as "{local}", yet "{long}" is defined and used',
                    report,
                    f'Use "{local}" everywhere and drop the definition of "{long}"',
                )


def _namespaced(feature: Feature, element: str) -> str:
    return Feature(feature.url, feature.alias, {}, None, feature.applied).local(element)


def _is_used(subgraph: Subgraph, feature: Feature, long: str) -> bool:
    if long.startswith("@"):
        return long[1:] in subgraph.directives and long[1:] in _applied_names(subgraph)
    return long in subgraph.types and long in _referenced_types(subgraph, feature)


def _applied_names(subgraph: Subgraph) -> set[str]:
    return {d.name for element in subgraph.elements() for d in element.directives}


def _referenced_types(subgraph: Subgraph, feature: Feature) -> set[str]:
    from .type_refs import named

    found: set[str] = set()
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            found.add(named(field.type))
            found.update(named(a.type) for a in field.arguments.values())
        found.update(named(i.type) for i in type_.inputs.values())
    for name, directive in subgraph.directives.items():
        source = subgraph.links.source("@" + name)
        if not directive.built_in and not (source and source[0] is feature):
            found.update(named(a.type) for a in directive.arguments.values())
    return found
