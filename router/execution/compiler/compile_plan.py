"""Plan → compiled program, the way through the compiler's parts.

lay_out ─ who gives what, where
   ├ LayoutBuilder    the type of an answer           one per fetch
   ├ lay_tables       which objects are listed while answers come in
   ├ emit_collect     answer → tables                 one per fetch
   ├ emit_gather      tables → representations        one per entity fetch
   ├ find_known       what need not be asked for      one per entity fetch
   ├ choose_merge     entities → into their objects   one per entity fetch
   ├ emit_passage     is the answer the response?     where there is one fetch
   ├ emit_projection  dicts → the client's data       one
   └ emit_parts       … of each part of the response  where something is deferred
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLSchema

from ...planning.plan import Fetch, QueryPlan, Shape
from ..interpreter import interpret_plan
from ..json_codec import JsonObject
from ..program import FastStep, MergeEntities, Program, Step
from ..typed_answer import answer_decoder, entities_decoder
from .emit_collect import emit_collect
from .emit_gather import emit_gather, emit_gather_unknown
from .emit_parts import emit_parts
from .emit_passage import emit_passage
from .emit_projection import emit_projection
from .known_entities import find_known
from .layout import CannotCompile, Position, lay_out, position_at
from .layouts import LayoutBuilder
from .reshape import Shapes
from .tables import Tables, lay_tables


def compile_plan(plan: QueryPlan, schema: GraphQLSchema, base: Program | None = None) -> Program:
    """Generate code for a plan; ``base`` is its interpreted program, if there is one already.

    Gives the interpreted program where the plan has something that the compiler leaves alone.
    """
    base = base or interpret_plan(plan, schema)
    try:
        root = lay_out(plan)
        tables = lay_tables(plan, root)
        projection = None if plan.has_deferred else emit_projection(plan.response, root, schema, tables)
        first_part = emit_parts(plan, root, schema) if plan.has_deferred else None
        parts = _Parts(plan, root, tables, LayoutBuilder(schema))
        steps = tuple(replace(step, fast=_fast_step(step, parts)) for step in base.steps)
    except CannotCompile:
        return base
    passes = emit_passage(plan, root, schema) if Shapes(root, tables).passes(plan) else None
    return replace(
        base,
        steps=steps,
        fast_project=projection,
        first_part=first_part,
        tables=tables.kinds(),
        passes=passes,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    plan: QueryPlan
    root: Position
    tables: Tables
    builder: LayoutBuilder


def _fast_step(step: Step, parts: _Parts) -> FastStep:
    fetch = step.fetch
    position = position_at(parts.root, fetch.path)
    table = parts.tables.by_path.get(fetch.path)
    gather = emit_gather(fetch, parts.root, table) if step.gather is not None else None
    walk = parts.tables.walks.get(fetch.id)
    collect = None if walk is None else emit_collect(walk)
    layout = parts.builder.layout(fetch, position)
    decode = entities_decoder([layout]) if fetch.requires else answer_decoder(layout)
    merge = choose_merge(step, position)
    is_plain = merge is update_entities
    known = find_known(fetch, parts.plan, parts.root, parts.tables) if is_plain and fetch.requires else None
    unknown = emit_gather_unknown(fetch, parts.root, table, known)
    return FastStep(decode, gather, merge, collect, unknown, layout)


def choose_merge(step: Step, position: Position) -> MergeEntities:
    """A plain update where no other fetch gives one of the keys; else the careful merge."""
    if "__typename" in step.fetch.shape or _overlaps(step.fetch.shape, position, step.fetch):
        return step.merge_entities
    return update_entities


def _overlaps(shape: Shape, position: Position, fetch: Fetch) -> bool:
    return any(position.given[key] != [fetch.id] for key in shape)


def update_entities(targets: list[list[JsonObject]], entities: Sequence[Any]) -> None:
    """Copy each entity's fields into all its objects."""
    for objects, entity in zip(targets, entities, strict=True):
        if entity is not None:
            for target in objects:
                target.update(entity)
