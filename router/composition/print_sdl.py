"""The merged supergraph as SDL: with its join directives for routers, or what clients see of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .merge.merged import (
    ContextArgument,
    JoinField,
    JoinType,
    Merged,
    MergedDirective,
    MergedDirectiveDef,
    MergedElement,
    MergedField,
    MergedInput,
    MergedType,
)
from .subgraph.values import value_text

LINK = "https://specs.apollo.dev/link/v1.0"
JOIN = "https://specs.apollo.dev/join/v0.5"

_DIRECTIVES = (
    "directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) "
    "repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION",
    "directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE",
    "directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, "
    "type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, "
    "contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION",
    "directive @join__graph(name: String!, url: String!) on ENUM_VALUE",
    "directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE",
    "directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, "
    "resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | "
    "UNION | ENUM | INPUT_OBJECT | SCALAR",
    "directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION",
    "directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) "
    "repeatable on SCHEMA",
)
_TYPES = {
    "join__ContextArgument": "input join__ContextArgument {\n  name: String!\n  type: String!\n"
    "  context: String!\n  selection: join__FieldValue!\n}",
    "join__DirectiveArguments": "scalar join__DirectiveArguments",
    "join__FieldSet": "scalar join__FieldSet",
    "join__FieldValue": "scalar join__FieldValue",
    "link__Import": "scalar link__Import",
    "link__Purpose": 'enum link__Purpose {\n  """\n  `SECURITY` features provide metadata necessary to '
    'securely resolve fields.\n  """\n  SECURITY\n\n  """\n  `EXECUTION` features provide metadata necessary '
    'for operation execution.\n  """\n  EXECUTION\n}',
}


def print_supergraph(merged: Merged) -> str:
    """Print what routers read (join spec v0.5)."""
    printer = _Printer(for_routers=True)
    directives = {d.split("(")[0].split()[1]: d for d in _DIRECTIVES}
    directives |= {"@" + d.name: printer.directive(d) for d in merged.directives.values()}
    types = {**_TYPES, "join__Graph": _graphs(merged)}
    types |= {t.name: printer.type(t) for t in merged.types.values()}
    blocks = [_schema(merged, printer)]
    blocks += [directives[name] for name in sorted(directives)]
    blocks += [types[name] for name in sorted(types)]
    return "\n\n".join(blocks) + "\n"


def print_api(merged: Merged) -> str:
    """Print what clients see; ``merged`` must have been stripped of all that they may not see."""
    printer = _Printer(for_routers=False)
    blocks = []
    if any(name != kind.capitalize() for kind, name in merged.roots.items()):
        roots = "\n".join(f"  {kind}: {name}" for kind, name in merged.roots.items())
        blocks.append(f"schema {{\n{roots}\n}}")
    blocks += [printer.directive(d) for _, d in sorted(merged.directives.items())]
    blocks += [printer.type(t) for _, t in sorted(merged.types.items())]
    return "\n\n".join(blocks) + "\n"


def _schema(merged: Merged, printer: _Printer) -> str:
    lines = [f'  @link(url: "{LINK}")', f'  @link(url: "{JOIN}", for: EXECUTION)']
    for link in merged.links:
        parts = [f"url: {_quote(link.url)}"]
        parts += [f'as: "{link.alias}"'] if link.alias else []
        parts += [f"import: [{', '.join(link.imports)}]"] if link.imports else []
        parts += [f"for: {link.purpose}"] if link.purpose else []
        lines.append(f"  @link({', '.join(parts)})")
    lines += [f"  {join}" for join in merged.schema.joins]
    lines += [f"  {d.text}" for d in merged.schema.applied]
    roots = [f"  {kind}: {name}" for kind, name in merged.roots.items()]
    head = describe(merged.schema.description) + "schema"
    return "\n".join([head, *lines, "{", *roots, "}"])


def _graphs(merged: Merged) -> str:
    values = [
        f"  {graph} @join__graph(name: {_quote(name)}, url: {_quote(merged.urls[name])})"
        for name, graph in merged.graphs.items()
    ]
    return "\n".join(["enum join__Graph {", *values, "}"])


_KEYWORDS = {
    "OBJECT": "type",
    "INTERFACE": "interface",
    "UNION": "union",
    "ENUM": "enum",
    "INPUT_OBJECT": "input",
    "SCALAR": "scalar",
}
_FOR_CLIENTS = frozenset(("deprecated", "specifiedBy", "oneOf"))


@dataclass(frozen=True, slots=True)
class _Printer:
    for_routers: bool

    def type(self, type_: MergedType) -> str:
        head = f"{describe(type_.description)}{_KEYWORDS[type_.kind]} {type_.name}"
        if type_.interfaces:
            head += " implements " + " & ".join(type_.interfaces)
        annotations = [f"\n  {text}" for text in self._type_annotations(type_)]
        head += "".join(annotations)
        if type_.kind == "UNION":
            return (
                f"{head}\n = {' | '.join(type_.members)}"
                if annotations
                else (f"{head} = {' | '.join(type_.members)}")
            )
        body = list(self._body(type_))
        if not body:
            return head
        return head + ("\n{\n" if annotations else " {\n") + "\n".join(body) + "\n}"

    def _type_annotations(self, type_: MergedType) -> Iterator[str]:
        if self.for_routers:
            for name, graphs in type_.interfaces.items():
                for graph in graphs:
                    yield f'@join__implements(graph: {graph}, interface: "{name}")'
            yield from map(_join_type, type_.join_types)
            for name, graphs in type_.members.items():
                for graph in graphs:
                    yield f'@join__unionMember(graph: {graph}, member: "{name}")'
            yield from type_.joins
        yield from self._applied(type_.applied)

    def _applied(self, applied: Iterable[MergedDirective]) -> Iterator[str]:
        return (d.text for d in applied if self.for_routers or d.known in _FOR_CLIENTS)

    def _body(self, type_: MergedType) -> Iterator[str]:
        blank = False
        for element in (*type_.fields.values(), *type_.inputs.values(), *type_.values.values()):
            text = self._member(element)
            if element.description and blank:
                yield ""
            blank = True
            yield text

    def _member(self, element: MergedElement) -> str:
        text = describe(element.description, "  ") + "  "
        if isinstance(element, MergedField):
            text += f"{element.name}{self.arguments(element.arguments, '  ')}: {element.type}"
        elif isinstance(element, MergedInput):
            text += self._input(element)
        else:
            text += element.name
        return " ".join([text, *self._annotations(element)])

    def _annotations(self, element: MergedElement) -> Iterator[str]:
        if self.for_routers:
            if isinstance(element, MergedField | MergedInput):
                yield from map(_join_field, element.join_fields)
            yield from element.joins
        yield from self._applied(element.applied)

    def arguments(self, arguments: dict[str, MergedInput], indent: str) -> str:
        if not arguments:
            return ""
        texts = [" ".join([self._input(a), *self._annotations(a)]) for a in arguments.values()]
        if not any(a.description for a in arguments.values()):
            return f"({', '.join(texts)})"
        inner = indent + "  "
        lines = [
            describe(a.description, inner) + inner + text
            for a, text in zip(arguments.values(), texts, strict=True)
        ]
        return "(\n" + "\n".join(lines) + f"\n{indent})"

    def _input(self, element: MergedInput) -> str:
        default = f" = {value_text(element.default)}" if element.default is not None else ""
        return f"{element.name}: {element.type}{default}"

    def directive(self, directive: MergedDirectiveDef) -> str:
        return (
            f"{describe(directive.description)}directive @{directive.name}"
            f"{self.arguments(directive.arguments, '')}{' repeatable' if directive.repeatable else ''} on "
            + " | ".join(directive.locations)
        )


def _join_type(join: JoinType) -> str:
    parts = [f"graph: {join.graph}"]
    if join.key is not None:
        parts.append(f"key: {_quote(join.key)}")
    if join.extension:
        parts.append("extension: true")
    if not join.resolvable:
        parts.append("resolvable: false")
    if join.interface_object:
        parts.append("isInterfaceObject: true")
    return f"@join__type({', '.join(parts)})"


def _join_field(join: JoinField) -> str:
    if join.graph is None:
        return "@join__field"
    parts = [f"graph: {join.graph}"]
    parts += [
        f"{name}: {_quote(value)}"
        for name, value in (("requires", join.requires), ("provides", join.provides), ("type", join.type))
        if value is not None
    ]
    parts += ["external: true"] if join.external else []
    parts += [f"override: {_quote(join.override)}"] if join.override is not None else []
    parts += ["usedOverridden: true"] if join.used_overridden else []
    parts += [f"overrideLabel: {_quote(join.override_label)}"] if join.override_label is not None else []
    if join.context_arguments:
        parts.append(f"contextArguments: [{', '.join(map(_context_argument, join.context_arguments))}]")
    return f"@join__field({', '.join(parts)})"


def _context_argument(argument: ContextArgument) -> str:
    return (
        f"{{context: {_quote(argument.context)}, name: {_quote(argument.name)}, "
        f"type: {_quote(argument.type)}, selection: {_quote(argument.selection)}}}"
    )


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def describe(description: str | None, indent: str = "") -> str:
    """Print a description as a block string above its element."""
    if not description:
        return ""
    text = description.replace('"""', '\\"""')
    if "\n" not in text and not text.endswith(('"', "\\")) and len(text) < 70:
        return f'{indent}"""{text}"""\n'
    lines = "\n".join(f"{indent}{line}" if line else "" for line in text.split("\n"))
    return f'{indent}"""\n{lines}\n{indent}"""\n'
