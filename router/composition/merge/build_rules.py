"""The directives that the supergraph gets: rules for merging them, links to their features, definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graphql import DEFAULT_DEPRECATION_REASON, InputValueDefinitionNode

from ...supergraph import OWN_NAMES_URL
from ..report import Report
from ..settings import CompositionSettings
from ..subgraph import specs
from ..subgraph.build import Checked
from ..subgraph.links import Feature
from ..subgraph.model import DirectiveDef
from ..subgraph.type_refs import named, type_text
from ..subgraph.values import string
from .combine_arguments import combinations
from .compose_directives import ComposedDirective, compose_directives
from .composed_specs import CACHE_TAG, COMPOSED, CONTEXT, ComposedSpec
from .directive_rules import DirectiveRules, Rule
from .merge_directive_definitions import EXECUTABLE
from .merged import Merged, MergedDirective, MergedDirectiveDef, MergedInput, MergedType, SupergraphLink

_NAME = re.compile(r"[A-Za-z_]\w*\Z")
# Connectors are carried over as they are; this is the version the supergraph links at least.
_CONNECT_FLOOR = (0, 3)
_REASON = MergedInput("reason", type="String", default=string(DEFAULT_DEPRECATION_REASON))
# Routers know these without a definition.
_OF_GRAPHQL = {
    "deprecated": Rule("deprecated", "deprecated", repeatable=False, arguments={"reason": _REASON}),
    "specifiedBy": Rule("specifiedBy", "specifiedBy", repeatable=False, arguments={}),
    "oneOf": Rule("oneOf", "oneOf", repeatable=False, arguments={}),
}


def build_rules(
    subgraphs: Sequence[Checked], merged: Merged, settings: CompositionSettings, report: Report
) -> DirectiveRules:
    """Find the directives to carry over; add their links and definitions to the supergraph."""
    rules = DirectiveRules(dict(_OF_GRAPHQL), settings.max_access_clauses, merged.types)
    combine = combinations(settings.max_access_clauses)
    composed = compose_directives(subgraphs, report)
    for known, spec in COMPOSED.items():
        local = _local_name(subgraphs, known, report)
        if local is not None:
            _link(merged, spec.url, spec.purpose, "@" + known, "@" + local)
            definition = _define(merged, spec, known, local)
            rules.rules[known] = Rule(
                local, known, definition.repeatable, definition.arguments, combine.get(known)
            )
    for directive in composed:
        _add_custom(merged, rules, directive, report)
    if any("context" in c.applied for c in subgraphs):
        _link(merged, CONTEXT.url, CONTEXT.purpose)
        _define(merged, CONTEXT, "context", "context")
        _define(merged, CONTEXT, "fromContext", "context__fromContext")
    if any("cacheTag" in c.applied for c in subgraphs):
        _link(merged, CACHE_TAG.url, CACHE_TAG.purpose)
    _link_connect(subgraphs, merged)
    if any(c.subgraph.own_names for c in subgraphs):
        _link(merged, OWN_NAMES_URL, None)
    _name_apart(merged)
    return rules


def link_inaccessible(merged: Merged) -> MergedDirective:
    """Make sure that the supergraph knows ``@inaccessible``; give an application of it."""
    spec = COMPOSED["inaccessible"]
    for link in merged.links:
        if link.url == spec.url:
            return MergedDirective(_imported(link, "inaccessible"), "inaccessible", {})
    # A directive of that name can only be a foreign one: then the feature gets a name of its own.
    local = "inaccessible" if "inaccessible" not in merged.directives else "contract_inaccessible"
    alias = None if local == "inaccessible" else local
    merged.links.append(SupergraphLink(spec.url, alias, spec.purpose))
    _define(merged, spec, "inaccessible", local)
    return MergedDirective(local, "inaccessible", {})


def _imported(link: SupergraphLink, name: str) -> str:
    """Tell what a feature's main directive is called."""
    for item in link.imports:
        found = re.search(rf'"@{name}"(?:, as: "@(\w+)")?', item)
        if found:
            return found[1] or name
    return link.alias or name


def _local_name(subgraphs: Sequence[Checked], known: str, report: Report) -> str | None:
    """Give the one name that all subgraphs have for a directive; None if none uses it, or they disagree."""
    names: list[tuple[str, str, Feature | None]] = []
    for checked in subgraphs:
        local = checked.applied.get(known)
        if local is not None:
            source = checked.subgraph.links.source("@" + local)
            names.append((checked.subgraph.name, local, source[0] if source else None))
    if len({local for _, local, _ in names}) > 1:
        said = ", ".join(f'"@{local}" in "{name}"' for name, local, _ in names)
        report.error(
            "LINK_IMPORT_NAME_MISMATCH",
            f'"@{known}" has different names in the subgraphs: {said}',
            coordinate="@" + known,
            where=[(name, feature.applied) for name, _, feature in names if feature],
            fix=f'Import "@{known}" under the same name everywhere',
        )
        return None
    return names[0][1] if names else None


def _link(
    merged: Merged, url: str, purpose: str | None, element: str | None = None, local: str | None = None
) -> None:
    """Link a feature, or add an import to its link."""
    imports: tuple[str, ...] = ()
    if element is not None:
        imports = (f'"{element}"',) if element == local else (f'{{name: "{element}", as: "{local}"}}',)
    for position, link in enumerate(merged.links):
        if link.url == url:
            merged.links[position] = SupergraphLink(url, link.alias, link.purpose, link.imports + imports)
            return
    merged.links.append(SupergraphLink(url, None, purpose, imports))


def _name_apart(merged: Merged) -> None:
    """Give features another name where theirs is no GraphQL name, is taken, or is a foreign directive's.

    A feature that keeps its name needs no import of the directive called like it.
    """
    taken: set[str] = {"link", "join"}
    for position, link in enumerate(merged.links):
        name = link.url.rpartition("/")[0].rpartition("/")[2]
        if name in taken or not _NAME.match(name) or _owner_of(merged, name) not in (None, link.url):
            alias = f"_{position}{re.sub(r'[^0-9A-Za-z_]', '', name)}"
            merged.links[position] = replace(link, alias=alias)
        else:
            taken.add(name)
            imports = tuple(i for i in link.imports if i != f'"@{name}"')
            merged.links[position] = replace(link, imports=imports)


def _owner_of(merged: Merged, name: str) -> str | None:
    """Find the link that has a directive called ``@name`` in the supergraph.

    Links before this one have lost the imports of their own names, which are taken names anyway.
    """
    for link in merged.links:
        if any(i == f'"@{name}"' or i.endswith(f'as: "@{name}"}}') for i in link.imports):
            return link.url
    return None


def _add_custom(merged: Merged, rules: DirectiveRules, directive: ComposedDirective, report: Report) -> None:
    definition, name = directive.definition, directive.name
    known = "@" + name
    arguments = _arguments(definition, rules, report)
    rules.rules[known] = Rule(name, known, definition.repeatable, arguments)
    _link(merged, directive.feature.url.text, None, directive.element, known)
    merged.directives[name] = MergedDirectiveDef(
        name,
        definition.description,
        arguments=arguments,
        locations=definition.locations,
        repeatable=definition.repeatable,
        executable=bool(EXECUTABLE & set(definition.locations)),
    )


def _arguments(definition: DirectiveDef, rules: DirectiveRules, report: Report) -> dict[str, MergedInput]:
    return {
        name: MergedInput(
            name,
            a.description,
            rules.merge([a.directives], f"@{definition.name}({name}:)", report),
            type=a.type,
            default=a.default,
        )
        for name, a in definition.arguments.items()
    }


def _define(merged: Merged, composed: ComposedSpec, known: str, local: str) -> MergedDirectiveDef:
    spec = specs.spec(composed.identity, composed.version)
    assert spec is not None
    node = spec.directives[known]
    renamed = {name: f"{composed.name}__{name}" for name in spec.types}
    for name in spec.types:
        if any(name == named(type_text(a.type)) for a in node.arguments):
            merged.types[renamed[name]] = MergedType(renamed[name], kind="SCALAR")
    defined = merged.directives[local] = MergedDirectiveDef(
        local,
        arguments={a.name.value: _argument(a, renamed) for a in node.arguments},
        locations=tuple(location.value for location in node.locations),
        repeatable=node.repeatable,
        executable=False,
    )
    return defined


def _argument(node: InputValueDefinitionNode, renamed: dict[str, str]) -> MergedInput:
    text = type_text(node.type)
    name = named(text)
    return MergedInput(
        node.name.value, type=text.replace(name, renamed.get(name, name)), default=node.default_value
    )


def _link_connect(subgraphs: Sequence[Checked], merged: Merged) -> None:
    linked = [f.url.version for c in subgraphs if (f := c.subgraph.links.feature(specs.CONNECT))]
    known = [v for v in linked if specs.spec(specs.CONNECT, v)]
    if known:
        major, minor = max(*known, _CONNECT_FLOOR)
        _link(merged, f"{specs.CONNECT}/v{major}.{minor}", "EXECUTION")
