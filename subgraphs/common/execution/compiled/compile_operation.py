"""One operation of a document in; a function that runs it, or the reason why graphql-core has to, out.

plan_operation ─► write_code ─► exec ─► CompiledOperation ─► Execution
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, OperationType

from .compiled_operation import CompiledOperation, Count
from .plan import ObjectPlan
from .plan_operation import Planner
from .write_code import Writer


@dataclass(frozen=True, slots=True)
class NotCompiled:
    """Why graphql-core runs the whole operation."""

    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document with what compiling its operations needs."""

    schema: Any
    node: DocumentNode
    fragments: dict[str, FragmentDefinitionNode]
    on_fallback: Count
    budget: int


def compile_operation(
    document: Document, operation: OperationDefinitionNode, conditions: dict[str, bool]
) -> CompiledOperation | NotCompiled:
    """Compile an operation for one combination of the values in its conditions."""
    plan = _plan(document, operation, conditions)
    if plan is None:
        return NotCompiled("not plannable")
    writer = Writer()
    names = writer.root(plan)
    source = writer.source()
    scope = dict(writer.names)
    exec(compile(source, f"<compiled {_title(operation)}>", "exec"), scope)
    return CompiledOperation(
        document.schema._schema,
        operation,
        document.fragments,
        document.schema.config.info_class,
        operation.operation is OperationType.MUTATION,
        tuple(scope[name] for name in names),
        source,
        document.on_fallback,
    )


def _plan(
    document: Document, operation: OperationDefinitionNode, conditions: dict[str, bool]
) -> ObjectPlan | None:
    planner = Planner(
        document.schema._schema, document.schema, document.fragments, conditions, document.budget
    )
    try:
        return planner.plan(operation)
    except Exception:
        # Documents that graphql-core refuses while it runs them: it finds the words.
        return None


def _title(operation: OperationDefinitionNode) -> str:
    name = operation.name.value if operation.name else "anonymous"
    return f"{operation.operation.value} {name}"
