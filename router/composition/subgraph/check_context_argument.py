"""A ``@fromContext`` argument: its context is set somewhere, and one fitting value is selected from it."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from ..report import Report
from .applied import Applied
from .contexts import ContextualArgument, split_context
from .field_sets import FieldSetProblem, parse_selections
from .model import FieldDef, InputDef, Subgraph, TypeDef
from .type_refs import named
from .values import as_string


def check_context_argument(
    subgraph: Subgraph, contexts: dict[str, list[TypeDef]], found: ContextualArgument, report: Report
) -> None:
    """Report what is wrong with one argument. ``contexts`` are the types that set each context."""
    _Checker(subgraph, contexts, report, *found).check()


@dataclass(slots=True)
class _Checker:
    subgraph: Subgraph
    contexts: dict[str, list[TypeDef]]
    report: Report
    type: TypeDef
    field: FieldDef
    argument: InputDef
    applied: Applied

    def fail(self, code: str, message: str, fix: str | None = None) -> None:
        coordinate = f"{self.field.coordinate}({self.argument.name}:)"
        self.report.error(
            code,
            f'On "{coordinate}": {message}',
            coordinate=coordinate,
            where=[(self.subgraph.name, self.applied)],
            fix=fix,
        )

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
        if any(isinstance(n, InlineFragmentNode) for n in selections.selections):
            self._fragments(selections, locations)
            return
        for location in locations:
            self._one_field(selections, location.name)

    def _fragments(self, selections: SelectionSetNode, locations: list[TypeDef]) -> None:
        """One fragment for each object type that sets the context, and none for any other."""
        fragments = [n for n in selections.selections if isinstance(n, InlineFragmentNode)]
        conditions = [f.type_condition.name.value if f.type_condition else "" for f in fragments]
        runtime = [self.subgraph.possible.get(t.name, frozenset([t.name])) for t in locations]
        if len(fragments) != len(selections.selections):
            self.invalid("it mixes fields with fragments")
        elif len(set(conditions)) != len(conditions):
            self.invalid("two of its type conditions are the same")
        elif not all(self._is_object(name) for name in conditions):
            self.invalid("each type condition must name an object type")
        elif not all(any(name in names for names in runtime) for name in conditions):
            self.invalid("a type condition is about no type that sets the context")
        elif not all(names & set(conditions) for names in runtime):
            self.invalid("no type condition is about one of the types that set the context")
        else:
            for fragment, name in zip(fragments, conditions, strict=True):
                if fragment.directives:
                    self.invalid("it can't use directives")
                self._one_field(fragment.selection_set, name)

    def _is_object(self, name: str) -> bool:
        type_ = self.subgraph.types.get(name)
        return type_ is not None and type_.kind == "OBJECT"

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
        elif found.type.replace("!", "") != self.argument.type:
            self.invalid(
                f'"{found.coordinate}" is a {found.type}, but the argument a {self.argument.type} '
                "(what comes from a context may be null)"
            )
