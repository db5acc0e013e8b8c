"""A graph → the SDL of each subgraph, and of one schema that holds everything."""

from __future__ import annotations

from collections.abc import Iterator

from tests.router.differential.graph import MOODS, ROOTS, AbstractType, Field, Graph, ObjectType

DEFER = "directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT"
INPUTS = """
input Filter { a: Int! = 3 moods: [Mood!] = [GLAD] deep: Filter more: [[Filter!]] }
input Pick @oneOf { n: Int mood: Mood }
scalar Json
"""


def whole_sdl(graph: Graph, *, hidden: bool = False) -> str:
    """One schema that holds the whole graph; with or without what clients must not see."""
    parts = [f"enum Mood {{ {' '.join(MOODS)} }} {INPUTS} {DEFER}"]
    for type_ in graph.types.values():
        lines = [_plain(each) for each in type_.fields.values() if hidden or not each.is_hidden]
        interfaces = graph.interfaces_of(type_.name)
        for interface in interfaces:
            lines += _added(interface)
        if lines:
            implements = f"implements {' & '.join(each.name for each in interfaces)} " if interfaces else ""
            parts.append(f"type {type_.name} {implements}{{ {' '.join(lines)} }}")
    for abstract in graph.abstracts.values():
        if abstract.is_union:
            parts.append(f"union {abstract.name} = {' | '.join(abstract.all_members)}")
        else:
            lines = [*(_plain(each) for each in abstract.fields.values()), *_added(abstract)]
            parts.append(f"interface {abstract.name} {{ {' '.join(lines)} }}")
    return "\n".join(parts)


def _plain(made: Field) -> str:
    return f"{made.name}{made.arguments}: {made.type}"


def _added(interface: AbstractType) -> list[str]:
    if interface.as_object is None:
        return []
    return [_plain(each) for each in interface.as_object.fields.values() if each.owners and not each.is_key]


def full_sdl(graph: Graph, subgraph: str) -> str:
    """One subgraph's SDL as it is composed."""
    sdl = subgraph_sdl(graph, subgraph)
    for type_ in graph.types.values():
        if subgraph in type_.extended:
            sdl = sdl.replace(f"\ntype {type_.name} ", f"\nextend type {type_.name} ")
    return graph.spellings[subgraph].header() + sdl


def subgraph_sdl(graph: Graph, subgraph: str) -> str:
    """One subgraph's share, without the link to Federation."""
    parts = [f"enum Mood {{ {' '.join(MOODS)} SECRET @inaccessible }} {INPUTS}"]
    parts += (_share(graph, type_, subgraph, "") for type_ in graph.types.values() if subgraph in type_.known)
    for abstract in graph.abstracts.values():
        parts += _abstract_share(graph, abstract, subgraph)
    spelling = graph.spellings[subgraph]
    if spelling.roots:
        kinds = (name for name in ROOTS if subgraph in graph.types[name].known)
        parts.append(f"schema {{ {' '.join(f'{name.lower()}: {name}' for name in kinds)} }}")
    return spelling.write("\n".join(parts))


def _share(graph: Graph, type_: ObjectType, subgraph: str, mark: str) -> str:
    lines = [
        _printed(graph, type_, each, subgraph) for each in type_.fields.values() if subgraph in each.owners
    ]
    lines += _unowned(type_, subgraph)
    if not lines:
        lines = [f"_{subgraph}: Int"]
    implements = _implements(graph, type_, subgraph)
    return f"type {type_.name} {implements}{mark}{_directives(type_, subgraph)}{{ {' '.join(lines)} }}"


def _directives(type_: ObjectType, subgraph: str) -> str:
    unresolvable = ", resolvable: false" if subgraph in type_.stubs else ""
    keys = (f'@key(fields: "{key}"{unresolvable}) ' for key in type_.keys.get(subgraph, ()))
    contexts = (f'@context(name: "{name}") ' for name in sorted(type_.contexts.get(subgraph, ())))
    return "".join((*keys, *contexts))


def _implements(graph: Graph, type_: ObjectType, subgraph: str) -> str:
    names = [
        each.name
        for each in graph.abstracts.values()
        if not each.is_union and type_.name in each.members.get(subgraph, ())
    ]
    return f"implements {' & '.join(names)} " if names else ""


def _unowned(type_: ObjectType, subgraph: str) -> Iterator[str]:
    """Fields that the subgraph requires or provides, and those that another takes over."""
    for each in type_.fields.values():
        if subgraph in each.owners:
            continue
        if each.overrides == subgraph:
            yield _plain(each)
        elif each.name in type_.externals.get(subgraph, ()):
            yield f"{_plain(each)} @external"


def _printed(graph: Graph, type_: ObjectType, made: Field, subgraph: str) -> str:
    marks = ""
    is_provided = made.name in graph.provided_names()
    is_value = not type_.keys and type_.name not in ROOTS
    if len(made.owners) > 1 or made.is_key or is_provided or is_value:
        marks += " @shareable"
    if made.requires:
        marks += f' @requires(fields: "{made.requires}")'
    if made.provides:
        marks += f' @provides(fields: "{made.provides}")'
    if made.overrides and subgraph == made.owners[0]:
        label = f', label: "{made.label}"' if made.label else ""
        marks += f' @override(from: "{made.overrides}"{label})'
    if made.is_hidden:
        marks += " @inaccessible"
    return f"{made.name}{_arguments(made)}: {made.type}{marks}"


def _arguments(made: Field) -> str:
    if not made.context:
        return made.arguments
    read = [f"... on {type_} {{ {name} }}" for type_, name in made.context.items()]
    text = " ".join(read) if len(read) > 1 else f"{{ {next(iter(made.context.values()))} }}"
    given = f'given: {made.given} @fromContext(field: "$above {text}")'
    return f"({made.arguments[1:-1]}{', ' if made.arguments else ''}{given})"


def _abstract_share(graph: Graph, abstract: AbstractType, subgraph: str) -> Iterator[str]:
    if abstract.as_object is not None and subgraph in abstract.as_object.known:
        yield _share(graph, abstract.as_object, subgraph, "@interfaceObject ")
    members = abstract.members.get(subgraph, ())
    if not members:
        return
    if abstract.is_union:
        yield f"union {abstract.name} = {' | '.join(members)} | Hidden"
        unions = [each for each in graph.abstracts.values() if each.is_union and subgraph in each.members]
        if abstract is unions[0]:
            yield "type Hidden @inaccessible { secret: Int @shareable }"
    else:
        key = '@key(fields: "id") ' if abstract.as_object is not None and subgraph == abstract.home else ""
        fields = (_plain(each) for each in abstract.fields.values() if subgraph in each.owners)
        yield f"interface {abstract.name} {key}{{ {' '.join(fields)} }}"
