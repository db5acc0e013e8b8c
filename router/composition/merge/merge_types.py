"""All types: first their names and kinds, then shells, then what they hold; enums come last."""

from __future__ import annotations

from ..subgraph.build import Checked
from ..subgraph.model import ROOT_KINDS, Kind, TypeDef
from ..subgraph.type_refs import named
from ..upgrade.extensions import report_no_base
from .context import Merging, groups
from .hint_differences import hint_differences
from .interface_objects import check_interface_objects, spread_interface_objects
from .merge_composites import TypeSources, merge_fields, merge_shell
from .merge_enums import merge_enum
from .merge_inputs import merge_input_object
from .merge_references import use_input
from .merged import JoinType, MergedType

_KIND_NAMES = {
    "OBJECT": "an object",
    "INTERFACE": "an interface",
    "UNION": "a union",
    "ENUM": "an enum",
    "INPUT_OBJECT": "an input object",
    "SCALAR": "a scalar",
}


def merge_types(merging: Merging) -> None:
    """Merge every type that a subgraph defines."""
    sources = _collect(merging)
    _merge_roots(merging)
    for name, found in sources.items():
        merging.merged.types[name] = MergedType(name, kind=_kind(merging, name, found))
        _has_base(merging, name, found)
    for name, found in sources.items():
        merge_shell(merging, merging.merged.types[name], _same_kind(merging, name, found))
    _query_everywhere(merging)
    _implementations(merging)
    check_interface_objects(merging)
    for name, found in sources.items():
        type_ = merging.merged.types[name]
        same = _same_kind(merging, name, found)
        if name in merging.broken:
            continue
        if type_.kind in ("OBJECT", "INTERFACE"):
            merge_fields(merging, type_, same)
        elif type_.kind == "INPUT_OBJECT":
            merge_input_object(merging, type_, same)
        hint_differences(merging, type_, same)
    spread_interface_objects(merging)


def merge_enums(merging: Merging) -> None:
    """Merge the values of enums: fields, inputs and directives must have told how they are used."""
    for directive in merging.merged.directives.values():
        for argument in directive.arguments.values():
            use_input(merging, argument.type, f"@{directive.name}({argument.name}:)")
    for name, type_ in merging.merged.types.items():
        if type_.kind == "ENUM" and name not in merging.broken:
            merge_enum(merging, type_, _same_kind(merging, name, merging.sources(name)))


def _collect(merging: Merging) -> dict[str, list[tuple[Checked, TypeDef]]]:
    found: dict[str, list[tuple[Checked, TypeDef]]] = {}
    for checked in merging.subgraphs:
        for name, type_ in checked.subgraph.types.items():
            if checked.merges(name):
                found.setdefault(name, []).append((checked, type_))
                if type_.interface_object:
                    merging.interface_objects.setdefault(name, []).append(checked.subgraph.name)
    return found


def _merge_roots(merging: Merging) -> None:
    """Roots have their usual names by now (``rename_roots``)."""
    for kind in ROOT_KINDS:
        if any(kind in c.subgraph.roots for c in merging.subgraphs):
            merging.merged.roots[kind] = kind.capitalize()
    if "query" not in merging.merged.roots:
        merging.report.error(
            "NO_QUERIES",
            "No subgraph has a query: a supergraph needs a Query type with at least one field",
            fix="Add a field to the Query type of a subgraph",
        )


def _has_base(merging: Merging, name: str, sources: TypeSources) -> None:
    """Extensions of Federation 1 have been looked at, and made definitions, before (``upgrade``)."""
    if name in merging.merged.roots.values() or any(type_.defined for _, type_ in sources):
        return
    if len(merging.subgraphs) == 1 and _is_returned_entity(*sources[0]):
        said = f'"{name}" is extended, but not defined by the only subgraph: another has to define it'
        merging.report.hint("ENTITY_WITHOUT_DEFINITION", said, coordinate=name)
        return
    for checked, type_ in sources:
        report_no_base(checked.subgraph, type_, [c.subgraph for c in merging.subgraphs], merging.report)


def _is_returned_entity(checked: Checked, type_: TypeDef) -> bool:
    """A service is tried by itself, too: that it returns the entity tells that its name is no slip."""
    fields = (f for t in checked.subgraph.types.values() for f in t.fields.values())
    return bool(type_.keys) and any(named(field.type) == type_.name for field in fields)


def _query_everywhere(merging: Merging) -> None:
    """Every subgraph has a query type, if only for ``_entities``; other routers insist on it."""
    query = merging.merged.types.get(merging.merged.roots.get("query", ""))
    if query is not None:
        known = {join.graph: join for join in query.join_types}
        query.join_types = [known.get(graph, JoinType(graph)) for graph in merging.merged.graphs.values()]


def _kind(merging: Merging, name: str, sources: TypeSources) -> Kind:
    kinds = {_said_kind(t) for _, t in sources}
    if len(kinds) == 1 or kinds == {"an interface", "an interface object"}:
        return "INTERFACE" if "an interface" in kinds else sources[0][1].kind
    merging.broken.add(name)
    said = groups((c.subgraph.name, _said_kind(t)) for c, t in sources)
    merging.report.error(
        "TYPE_KIND_MISMATCH",
        f'"{name}" is not of the same kind everywhere: {said}',
        coordinate=name,
        where=[(c.subgraph.name, t) for c, t in sources],
    )
    return sources[0][1].kind


def _said_kind(type_: TypeDef) -> str:
    return "an interface object" if type_.interface_object else _KIND_NAMES[type_.kind]


def _same_kind(merging: Merging, name: str, sources: TypeSources) -> TypeSources:
    kind = merging.merged.types[name].kind
    return [(c, t) for c, t in sources if t.kind == kind or (t.interface_object and kind == "INTERFACE")]


def _implementations(merging: Merging) -> None:
    found: dict[str, set[str]] = {}
    for type_ in merging.merged.types.values():
        if type_.kind == "OBJECT":
            for interface in type_.interfaces:
                found.setdefault(interface, set()).add(type_.name)
        elif type_.kind == "UNION":
            found[type_.name] = set(type_.members)
    merging.merged.implementations = {name: frozenset(names) for name, names in found.items()}
