"""A plan → a program of generic functions that walk the plan for each request."""

from __future__ import annotations

from collections import Counter
from functools import partial

from graphql import GraphQLInterfaceType, GraphQLNonNull, GraphQLSchema

from ...planning.plan import Fetch, QueryPlan
from ..program import Program, Step, dependents_of
from ..request_body import body_template
from .gather import gather_entities
from .merge import merge_entities, merge_object
from .project import make_projection


def interpret_plan(plan: QueryPlan, schema: GraphQLSchema) -> Program:
    """Make a plan runnable without generating code; ``schema`` is the API schema."""
    abstract = abstract_names(schema)
    dependents = dependents_of(plan)
    asked = Counter((fetch.service, fetch.document) for fetch in plan.fetches if fetch.requires)
    steps = tuple(
        _step(fetch, dependents[fetch.id], abstract, shared=asked[fetch.service, fetch.document] > 1)
        for fetch in plan.fetches
    )
    waits = tuple(len(fetch.depends_on) for fetch in plan.fetches)
    project = make_projection(plan, schema)
    return Program(plan, schema, steps, project, waits, required_root=required_root(plan))


def _step(fetch: Fetch, dependents: tuple[int, ...], abstract: frozenset[str], *, shared: bool) -> Step:
    return Step(
        fetch,
        body_template(fetch),
        dependents,
        partial(gather_entities, fetch) if fetch.path else None,
        partial(merge_entities, abstract=abstract),
        partial(merge_object, abstract=abstract),
        is_shared=shared and not fetch.context_variables,
    )


def abstract_names(schema: GraphQLSchema) -> frozenset[str]:
    """Name the interfaces: as ``__typename`` they come from an ``@interfaceObject`` subgraph."""
    return frozenset(
        name for name, type_ in schema.type_map.items() if isinstance(type_, GraphQLInterfaceType)
    )


def required_root(plan: QueryPlan) -> frozenset[str]:
    """Source keys of root fields that may not be null: one that is ends a mutation."""
    return frozenset(field.source for field in plan.response.fields if isinstance(field.type, GraphQLNonNull))
