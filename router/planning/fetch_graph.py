"""Chosen paths → fetch graph: which fetch every path belongs to, and what must have ended before.

Jumps to one subgraph at one position become one step, unless one of them waits for the other (a chain of
``@requires`` through the same subgraph), both would send different values under one name, or they belong to
different groups: a mutation's runs, and deferred parts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from ..operation import Field, Selections, free_name, print_selections
from ..query_graph import ContextValue, Node, Path, Position
from .selection_tree import SelectionTree


@dataclass(frozen=True, slots=True)
class Input:
    """One sort of representation: objects reached by ``base`` enter ``target`` by ``fields``."""

    base: Path
    target: Path
    fields: Selections


@dataclass(frozen=True, slots=True)
class Group:
    """What steps may be merged in: a deferred ``part`` (0: the first answer), or a mutation's ``run``."""

    part: int = 0
    run: int = 0


@dataclass(slots=True, eq=False)
class FetchStep:
    """One fetch of an entity or of ``root`` type fields. ``after`` are the steps that it waits for."""

    subgraph: str
    position: Position
    root: str | None
    group: Group
    after: dict[FetchStep, None] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    selections: SelectionTree = field(default_factory=SelectionTree)
    variables: set[str] = field(default_factory=set)
    contexts: dict[str, tuple[ContextValue, ...]] = field(default_factory=dict)
    sent: dict[tuple[str, str], str] = field(default_factory=dict)

    def waits_for(self, other: FetchStep) -> bool:
        """Whether ``other`` must have ended before, directly or not."""
        pending, seen = list(self.after), set[FetchStep]()
        while pending:
            step = pending.pop()
            if step is other:
                return True
            if step not in seen:
                seen.add(step)
                pending += step.after
        return False


class FetchGraph:
    """The steps of one plan; built by ``place``-ing chosen paths. ``taken``: the client's variables."""

    def __init__(self, taken: Container[str] = ()) -> None:
        self._taken = taken
        self.group = Group()
        self.steps: list[FetchStep] = []
        self.paths: dict[Path, SelectionTree] = {}
        self._steps_at: dict[tuple[Position, str], list[FetchStep]] = {}
        self._step_of: dict[Path, FetchStep] = {}

    def place(self, path: Path) -> SelectionTree:
        """Put a path, with all it needs, into its step; returns where selections below it go."""
        found = self.paths.get(path)
        if found is None:
            found = self.paths[path] = self._placed(path)
        return found

    def _placed(self, path: Path) -> SelectionTree:
        for condition in path.conditions:
            self.place(condition)
        match path.kind:
            case "enter":
                return self.step_of(path).selections
            case "jump":
                return self._entered(self.step_of(path), path)
            case "down":
                return self._above(path).fragment(path.at.name)
        return self._field(path)

    def _field(self, path: Path) -> SelectionTree:
        chosen = path.field
        assert chosen is not None
        step = self.step_of(path)
        if path.is_required:
            assert path.parent is not None
            above = self._entered(step, path.parent)
        elif path.entry is not None and path.parent is not None:
            above = self._repeated(step, path.parent, path.entry)
        else:
            above = self._above(path)
        arguments = self._with_contexts(chosen.arguments, step, path)
        tree = above.field(path.source, chosen, arguments)
        step.variables |= chosen.variables
        return tree.open() if path.node is not None else above

    def _with_contexts(self, arguments: str, step: FetchStep, path: Path) -> str:
        """Fill in the arguments that the router gets from above: ``(a:$context_0)``."""
        given = [arguments[1:-1]] if arguments else []
        for context in path.contexts:
            variable = _variable(step, context, self._taken)
            _add_context(step, variable, context)
            given.append(f"{context.argument.name}:${variable}")
        return f"({','.join(given)})" if given else ""

    def _repeated(self, step: FetchStep, path: Path, entry: Path) -> SelectionTree:
        """Select once more what leads from a jump down to a path, in a step that may be another."""
        if path is entry or path.parent is None:
            return self._entered(step, entry)
        above = self._repeated(step, path.parent, entry)
        if path.kind == "down" or path.field is None:
            return above.fragment(path.at.name)
        chosen = path.field
        step.variables |= chosen.variables
        return above.field(path.source, chosen, chosen.arguments).open()

    def _above(self, path: Path) -> SelectionTree:
        assert path.parent is not None
        return self.place(path.parent)

    def _entered(self, step: FetchStep, jump: Path) -> SelectionTree:
        return step.selections if jump.key is None else step.selections.fragment(jump.at.name)

    def step_of(self, path: Path) -> FetchStep:
        """Find the step a path belongs to, or make it."""
        found = self._step_of.get(path)
        if found is None:
            found = self._step_of[path] = self._make(path)
        return found

    def _make(self, path: Path) -> FetchStep:
        if path.kind == "enter":
            return self._joined(path, [], [])
        assert path.parent is not None
        if path.kind == "jump":
            fields = path.key or ()
            inputs = [Input(path.parent, path, fields)] if fields else []
            return self._joined(path, [path.parent, *path.conditions], inputs)
        if path.is_required:
            jump = path.parent
            assert jump.parent is not None
            assert path.edge is not None
            fields = (*(jump.key or ()), *(path.edge.requires or ()))
            inputs = [Input(jump.parent, jump, fields)]
            return self._joined(jump, [jump.parent, *path.conditions], inputs)
        if path.entry is not None and path.entry.parent is not None:
            jump = path.entry
            needs = [path.entry.parent, *jump.conditions, *path.conditions]
            return self._joined(jump, needs, [Input(path.entry.parent, jump, jump.key or ())])
        return self.step_of(path.parent)

    def _joined(self, path: Path, needs: Iterable[Path], inputs: list[Input]) -> FetchStep:
        """Join a step of the same subgraph and position, or open one."""
        after = [self.step_of(p) for p in needs]
        for condition in needs:
            self.place(condition)
        # Entities are asked for by representations, objects of the query root by nothing: in a union both may
        # be at one position.
        root = None if inputs else path.at.name
        same = self._steps_at.setdefault((path.position, path.at.subgraph), [])
        for step in same:
            if step.root != root or step.group != self.group or _clash(step, inputs):
                continue
            if not any(a is step or a.waits_for(step) for a in after):
                break
        else:
            step = FetchStep(path.at.subgraph, path.position, root, self.group)
            same.append(step)
            self.steps.append(step)
        step.after.update(dict.fromkeys(after))
        for item in inputs:
            step.sent |= _sent(item)
            step.inputs.append(item)
        return step


def _variable(step: FetchStep, context: ContextValue, taken: Container[str]) -> str:
    for name, (known, *_) in step.contexts.items():
        if known.argument == context.argument and known.ancestor.position is context.ancestor.position:
            return name
    return free_name(f"context_{len(step.contexts)}", taken)


def _add_context(step: FetchStep, variable: str, context: ContextValue) -> None:
    """Where objects of several types set the context in ways of their own, their types must be known."""
    known = step.contexts.get(variable, ())
    if all(each.selections != context.selections for each in known):
        step.contexts[variable] = (*known, context)
        context.ancestor.position.needs_typename |= bool(known)


def _sent(item: Input) -> dict[tuple[str, str], str]:
    name = item.target.at.name
    return {(name, f.name): f.arguments for f in item.fields if isinstance(f, Field)}


def _clash(step: FetchStep, inputs: Iterable[Input]) -> bool:
    """Whether one object would have to be sent as two types, or one field with two values."""
    return any(
        any(step.sent.get(key, sent) != sent for key, sent in _sent(item).items())
        or any(_is_other_type(item, known) or _asks_too_much(item, known) for known in step.inputs)
        for item in inputs
    )


def _is_other_type(one: Input, other: Input) -> bool:
    if _sent_type(one) == _sent_type(other):
        return False
    if one.base.at.is_interface_object or other.base.at.is_interface_object:
        return True
    return not set(one.base.at.members).isdisjoint(other.base.at.members)


def _asks_too_much(one: Input, other: Input) -> bool:
    """Whether objects would be asked for a field without what it requires.

    All objects that are sent as an interface object's are asked for the same, whatever their types.
    """
    if not one.target.at.is_interface_object or one.base is other.base:
        return False
    return _lacks(one, other) or _lacks(other, one)


def _lacks(one: Input, other: Input) -> bool:
    wanted, sent = ({print_selections((field,)) for field in item.fields} for item in (other, one))
    return not wanted <= sent and not _is_within(one.base.at, other.base.at)


def _is_within(node: Node, other: Node) -> bool:
    """Whether all objects at a node may be at the other too."""
    if node.is_interface_object or other.is_interface_object:
        return other.is_interface_object
    return set(node.members) <= set(other.members)


def _sent_type(item: Input) -> str | None:
    """Name the type that objects are sent as; None if as their own."""
    target = item.target.at
    return target.name if target.is_interface_object or item.base.at.is_interface_object else None
