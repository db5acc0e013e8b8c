"""Plan → generated code, the way through the compiler's parts.

lay_out ─ who gives what, where
   ├ lay_tables       which objects are listed while answers come in
   ├ choose_forms     which objects are structs
   ├ LayoutBuilder    the type of an answer             one per fetch
   ├ emit_gather      tables → representations          one per entity fetch
   ├ find_known       what need not be asked for        one per entity fetch
   ├ emit_take        answer → tables, waiting objects  one per fetch
   ├ emit_passage     is the answer the response?       where there is one fetch
   └ emit_projection  data → the client's data          one
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from graphql import GraphQLSchema

from ...planning.plan import Fetch, QueryPlan, Shape
from ..compiled_plan import CompiledPlan, CompiledStep
from ..interpreter import interpret_plan
from ..json_codec import encode, encode_structs
from ..program import Program, Step
from ..typed_answer import answer_decoder, entities_decoder
from .emit_gather import can_be_known, emit_gather
from .emit_passage import emit_passage
from .emit_projection import emit_projection
from .emit_take import emit_take_entities, emit_take_root
from .forms import choose_forms
from .known_entities import find_known
from .layout import CannotCompile, Position, lay_out, position_at
from .layouts import LayoutBuilder
from .tables import Tables, lay_tables


def compile_plan(plan: QueryPlan, schema: GraphQLSchema, base: Program | None = None) -> Program:
    """Generate code for a plan; ``base`` is its interpreted program, if there is one already.

    Gives the interpreted program where the plan has something that the compiler leaves alone.
    """
    base = base or interpret_plan(plan, schema)
    try:
        return replace(base, compiled=_compile(plan, schema, base))
    except (CannotCompile, RecursionError):
        return base


def _compile(plan: QueryPlan, schema: GraphQLSchema, base: Program) -> CompiledPlan:
    if not plan.fetches or not can_go_straight(plan):
        raise CannotCompile("not for straight-line code")
    root = lay_out(plan)
    tables = lay_tables(plan, root)
    choose_forms(plan, root, tables)
    parts = _Parts(plan, root, tables, LayoutBuilder(schema))
    steps = tuple(_compiled_step(step, parts) for step in base.steps)
    return CompiledPlan(
        steps,
        tuple(step for step in steps if not plan.fetches[step.id].depends_on),
        emit_projection(plan.response, root, schema, tables),
        tables.kinds(),
        encode_structs if has_structs(root) else encode,
        busy_subgraphs(plan),
        emit_passage(plan, root, schema),
    )


def busy_subgraphs(plan: QueryPlan) -> frozenset[str]:
    """The subgraphs that several entity fetches ask."""
    asked = Counter(fetch.service for fetch in plan.fetches if fetch.requires)
    return frozenset(service for service, count in asked.items() if count > 1)


def can_go_straight(plan: QueryPlan) -> bool:
    """Whether a plan has nothing that takes the interpreter's care.

    That is parts that come later, root fields one after another with effects, values from above an entity
    (contexts), fields of the query root below it, and types under names of a subgraph's own.
    """
    if plan.has_deferred or any(fetch.context_variables or fetch.type_names for fetch in plan.fetches):
        return False
    if any(fetch.path and not fetch.requires for fetch in plan.fetches):
        return False
    return plan.kind != "mutation" or sum(not fetch.path for fetch in plan.fetches) == 1


def has_structs(position: Position) -> bool:
    """Whether objects below a position are structs."""
    return position.attributes is not None or any(has_structs(child) for child in position.children.values())


@dataclass(frozen=True, slots=True)
class _Parts:
    plan: QueryPlan
    root: Position
    tables: Tables
    builder: LayoutBuilder


def _compiled_step(step: Step, parts: _Parts) -> CompiledStep:
    fetch = step.fetch
    position = position_at(parts.root, fetch.path)
    layout = parts.builder.layout(fetch, position)
    table = parts.tables.by_path.get(fetch.path)
    walk = parts.tables.walks.get(fetch.id)
    is_root = not fetch.requires
    careful = step.merge_entities if merges_carefully(fetch, position) else None
    known = None
    if not is_root and careful is None and can_be_known(fetch):
        known = find_known(fetch, parts.plan, parts.root, parts.tables)
    return CompiledStep(
        fetch.id,
        fetch.service,
        step.template,
        None if not is_root or step.template.variables else step.template.head + b"}}",
        step.dependents,
        fetch.kind != "mutation",
        step.is_shared,
        answer_decoder(layout) if is_root else entities_decoder([layout]),
        layout,
        not step.has_nested_shape,
        None if is_root else emit_gather(fetch, parts.root, table),
        None if known is None else emit_gather(fetch, parts.root, table, known),
        emit_take_root(walk) if is_root and walk is not None else None,
        None if is_root else emit_take_entities(fetch, position, walk, careful),
    )


def merges_carefully(fetch: Fetch, position: Position) -> bool:
    """Whether an entity's fields can't be just copied: another fetch gives one of the keys."""
    return "__typename" in fetch.shape or _overlaps(fetch.shape, position, fetch)


def _overlaps(shape: Shape, position: Position, fetch: Fetch) -> bool:
    return any(position.given[key] != [fetch.id] for key in shape)
