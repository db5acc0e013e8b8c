"""Executable directives: those that every subgraph defines, with what they have in common."""

from __future__ import annotations

from ..subgraph.build import Checked
from ..subgraph.model import DirectiveDef, InputDef
from ..subgraph.vocabulary import GRAPHQL_DIRECTIVES
from .context import Merging
from .merge_arguments import missing_somewhere
from .merge_elements import merge_element
from .merge_references import merge_default, merge_input
from .merged import MergedDirectiveDef, MergedInput

EXECUTABLE = frozenset(
    (
        "QUERY",
        "MUTATION",
        "SUBSCRIPTION",
        "FIELD",
        "FRAGMENT_DEFINITION",
        "FRAGMENT_SPREAD",
        "INLINE_FRAGMENT",
        "VARIABLE_DEFINITION",
    )
)
Definitions = list[tuple[Checked, DirectiveDef]]


def merge_directive_definitions(merging: Merging) -> None:
    """Merge the definitions of directives that operations may use."""
    found: dict[str, Definitions] = {}
    for checked in merging.subgraphs:
        for name, definition in checked.subgraph.directives.items():
            if (
                not definition.known
                and name not in GRAPHQL_DIRECTIVES
                and EXECUTABLE & set(definition.locations)
            ):
                found.setdefault(name, []).append((checked, definition))
    for name, definitions in found.items():
        if name not in merging.merged.directives:
            _merge(merging, name, definitions)


def _merge(merging: Merging, name: str, definitions: Definitions) -> None:
    if len(definitions) < len(merging.subgraphs):
        merging.report.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE",
            f'"@{name}" is left out of the supergraph: not every subgraph defines it',
            coordinate="@" + name,
            where=[(c.subgraph.name, d) for c, d in definitions],
        )
        return
    shared = set.intersection(*(set(d.locations) for _, d in definitions)) & EXECUTABLE
    locations = tuple(loc for loc in definitions[0][1].locations if loc in shared)
    if any(set(d.locations) & EXECUTABLE != shared for _, d in definitions):
        code = (
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS"
            if locations
            else "NO_EXECUTABLE_DIRECTIVE_INTERSECTION"
        )
        merging.report.hint(
            code,
            f'"@{name}" keeps the places that all subgraphs allow: {", ".join(locations) or "none"}',
            coordinate="@" + name,
            where=[(c.subgraph.name, d) for c, d in definitions],
        )
    if not locations:
        return
    merged = MergedDirectiveDef(
        name, locations=locations, repeatable=all(d.repeatable for _, d in definitions)
    )
    if any(d.repeatable != merged.repeatable for _, d in definitions):
        merging.report.hint(
            "INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE",
            f'"@{name}" is not repeatable in the supergraph, as it is not everywhere',
            coordinate="@" + name,
        )
    merge_element(merging, merged, definitions, "@" + name)
    for argument in dict.fromkeys(a for _, d in definitions for a in d.arguments):
        having = [(c, d.arguments[argument]) for c, d in definitions if argument in d.arguments]
        coordinate = f"@{name}({argument}:)"
        if len(having) == len(definitions):
            merged.arguments[argument] = _argument(merging, having, coordinate)
        else:
            lacking = [(c, d) for c, d in definitions if argument not in d.arguments]
            missing_somewhere(merging, having, lacking, coordinate)
    merging.merged.directives[name] = merged


def _argument(merging: Merging, having: list[tuple[Checked, InputDef]], coordinate: str) -> MergedInput:
    merged = MergedInput(having[0][1].name)
    merge_element(merging, merged, having, coordinate)
    by_name = [(c.subgraph.name, a) for c, a in having]
    said = [(n, a.type) for n, a in by_name]
    merged.type = merge_input(merging, said, coordinate, "FIELD_ARGUMENT_TYPE_MISMATCH")
    merged.default = merge_default(merging, by_name, coordinate, "FIELD_ARGUMENT_DEFAULT_MISMATCH")
    return merged
