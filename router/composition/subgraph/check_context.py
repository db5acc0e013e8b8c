"""``@context`` and ``@fromContext``: contexts are set, and what is taken from them fits the argument."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from ..field_sets import FieldSetProblem, parse_selections
from ..report import Report
from .model import Applied, FieldDef, InputDef, Subgraph, TypeDef
from .type_refs import TypeRef, is_list, item, named, nullable
from .values import as_string

_FIELD = re.compile(r"\s*\$\s*([A-Za-z_]\w*)(.*)\Z", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*\Z")


def split_context(text: str) -> tuple[str, str] | None:
    """Split ``$context { prop }`` into the context's name and the selection; None if it is no such thing."""
    match = _FIELD.match(text)
    return (match[1], match[2]) if match else None


def contexts_of(subgraph: Subgraph) -> dict[str, list[TypeDef]]:
    """Give each context's types."""
    found: dict[str, list[TypeDef]] = {}
    for type_ in subgraph.types.values():
        for applied in type_.having("context"):
            found.setdefault(as_string(applied.args.get("name")) or "", []).append(type_)
    return found


def contextual_arguments(subgraph: Subgraph) -> Iterator[tuple[TypeDef, FieldDef, InputDef, Applied]]:
    """Go through the fields' arguments that are taken from a context."""
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            for argument in field.arguments.values():
                applied = argument.first("fromContext")
                if applied:
                    yield type_, field, argument, applied


def context_selections_of(
    subgraph: Subgraph,
) -> Iterator[tuple[str, Applied, list[tuple[str, SelectionSetNode]]]]:
    """Give what each ``@fromContext`` selects: field, directive, a selection for each type of its context."""
    contexts = contexts_of(subgraph)
    for _, field, _, applied in contextual_arguments(subgraph):
        split = split_context(as_string(applied.args.get("field")) or "")
        if split is None:
            continue
        try:
            selections = parse_selections(split[1])
        except FieldSetProblem:
            continue
        yield field.coordinate, applied, [(t.name, selections) for t in contexts.get(split[0], ())]


def check_context(subgraph: Subgraph, report: Report) -> None:
    """Report misuse of contexts."""
    contexts = contexts_of(subgraph)
    if contexts:
        _check_names(subgraph, report)
    for type_, field, argument, applied in contextual_arguments(subgraph):
        _Argument(subgraph, contexts, report, type_, field, argument, applied).check()
    for directive in subgraph.directives.values():
        for argument in directive.arguments.values():
            if argument.first("fromContext"):
                _say(
                    subgraph,
                    report,
                    "CONTEXT_NOT_SET",
                    "a directive's argument can't be taken from a context",
                    f"@{directive.name}({argument.name}:)",
                    argument.first("fromContext"),
                )


def _check_names(subgraph: Subgraph, report: Report) -> None:
    for type_ in subgraph.types.values():
        for applied in type_.having("context"):
            name = as_string(applied.args.get("name")) or ""
            if not _NAME.match(name):
                _say(
                    subgraph,
                    report,
                    "CONTEXT_NAME_INVALID",
                    f'"{name}" can\'t be the name of a context: only letters and digits, without underscore',
                    type_.name,
                    applied,
                )


def _say(
    subgraph: Subgraph,
    report: Report,
    code: str,
    message: str,
    coordinate: str,
    applied: Applied | None,
    fix: str | None = None,
) -> None:
    report.error(
        code,
        f'On "{coordinate}": {message}',
        coordinate=coordinate,
        where=[(subgraph.name, applied)],
        fix=fix,
    )


@dataclass(slots=True)
class _Argument:
    subgraph: Subgraph
    contexts: dict[str, list[TypeDef]]
    report: Report
    type: TypeDef
    field: FieldDef
    argument: InputDef
    applied: Applied

    def fail(self, code: str, message: str, fix: str | None = None) -> None:
        coordinate = f"{self.field.coordinate}({self.argument.name}:)"
        _say(self.subgraph, self.report, code, message, coordinate, self.applied, fix)

    def check(self) -> None:
        for interface in self.type.interfaces:
            declared = self.subgraph.types.get(interface)
            if declared is not None and self.field.name in declared.fields:
                self.fail(
                    "CONTEXT_NOT_SET", f'the field is one of interface "{interface}", which has no context'
                )
        if self.argument.default is not None:
            self.fail("CONTEXT_NOT_SET", "an argument taken from a context can't have a default value")
        if not any(k.value("resolvable") is not False for k in self.type.keys):
            self.fail(
                "CONTEXT_NO_RESOLVABLE_KEY",
                f'"{self.type.name}" has no resolvable @key',
                "Contexts are read in a request of their own, so the type must be an entity",
            )
        split = split_context(as_string(self.applied.args.get("field")) or "")
        if split is None:
            self.fail(
                "NO_CONTEXT_IN_SELECTION",
                f"{self.applied.text} names no context",
                'Write field: "$context { field }"',
            )
        elif split[0] not in self.contexts:
            self.fail("CONTEXT_NOT_SET", f'no type has @context(name: "{split[0]}")')
        else:
            self._selection(split[1], self.contexts[split[0]])

    def invalid(self, why: str) -> None:
        self.fail("CONTEXT_INVALID_SELECTION", f"{self.applied.text}: {why}")

    def _selection(self, text: str, locations: list[TypeDef]) -> None:
        objects = [t.name for t in locations if t.interface_object]
        if objects:
            self.invalid(f'"{objects[0]}" is an interface object, which can\'t be selected from')
            return
        try:
            selections = parse_selections(text)
        except FieldSetProblem as problem:
            self.invalid(str(problem))
            return
        fragments = [n for n in selections.selections if isinstance(n, InlineFragmentNode)]
        for location in locations:
            if not fragments:
                self._one_field(selections, location.name)
            else:
                self._fragments(fragments, len(selections.selections), location)

    def _fragments(self, fragments: list[InlineFragmentNode], count: int, location: TypeDef) -> None:
        if len(fragments) != count:
            self.invalid("it mixes fields with fragments")
            return
        runtime = self._runtime(location.name)
        matched = False
        for fragment in fragments:
            condition = fragment.type_condition.name.value if fragment.type_condition else location.name
            if fragment.directives:
                self.invalid("it can't use directives")
            if runtime & self._runtime(condition):
                matched = True
                self._one_field(fragment.selection_set, condition)
        if not matched:
            self.invalid(f'no type condition is about "{location.name}"')

    def _runtime(self, name: str) -> frozenset[str]:
        return self.subgraph.possible.get(name, frozenset([name]))

    def _one_field(self, selections: SelectionSetNode, type_name: str) -> None:
        """A selection is a path to one value, of the argument's type."""
        if len(selections.selections) != 1:
            self.invalid("it must select one value")
            return
        node = selections.selections[0]
        if not isinstance(node, FieldNode):
            self.invalid("it must select fields, with type conditions at the top only")
        elif node.directives:
            self.invalid("it can't use directives")
        elif node.alias:
            self.invalid("it can't use aliases")
        else:
            self._field(node, type_name)

    def _field(self, node: FieldNode, type_name: str) -> None:
        type_ = self.subgraph.types.get(type_name)
        found = type_.fields.get(node.name.value) if type_ else None
        if found is None:
            self.invalid(f'"{type_name}" has no field "{node.name.value}"')
        elif node.selection_set:
            self._one_field(node.selection_set, named(found.type))
        elif not fits(found.type, nullable(self.argument.type)):
            self.invalid(f'"{found.coordinate}" is a {found.type}, but the argument a {self.argument.type}')


def fits(given: TypeRef, wanted: TypeRef) -> bool:
    """Whether a value of type ``given`` can be passed where ``wanted`` is taken."""
    if wanted.endswith("!"):
        return given.endswith("!") and fits(given[:-1], wanted[:-1])
    given = nullable(given)
    if is_list(given) != is_list(wanted):
        return False
    return fits(item(given), item(wanted)) if is_list(given) else given == wanted
