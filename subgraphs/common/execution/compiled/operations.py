"""The operations that a schema has seen: text in, parsed, validated and compiled once, run ever after.

One text may hold several operations, and an operation has a compiled form for each combination of the
variables in its `@skip` and `@include`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    parse,
    validate,
)

from .coerce_variables import CoerceVariables
from .compile_operation import Document, NotCompiled, compile_operation
from .compiled_operation import CompiledOperation, Count
from .conditions import condition_variables
from .execution import Execution, carry_out
from .limits import NO_LIMITS, Exhausted, Limits
from .root_fields import root_fields
from .stock import Stock

# Forms of one operation: four variables in @skip and @include, more than clients write.
_MOST_FORMS = 16
# One text may have such a part of what all that are remembered may have together.
_SHARE = 20


@dataclass(slots=True)
class _Operation:
    """One operation of a document, with the forms that have been compiled."""

    definition: OperationDefinitionNode
    coerce: CoerceVariables
    conditions: tuple[str, ...]
    roots: int
    forms: dict[tuple[Any, ...], CompiledOperation | NotCompiled] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """A text's document, or what is wrong with it."""

    document: Document | None
    errors: list[GraphQLError]
    operations: dict[str | None, _Operation | None] = field(default_factory=dict)


class Operations:
    """Runs operations on a Strawberry schema, remembering texts that have come, within `limits`.

    `budget` bounds an operation's compiled fields: what goes beyond (interfaces within interfaces, with many
    types each) is left to graphql-core. `on_fallback(scope, reason)` is told whenever graphql-core works: for
    an "operation" or for a "subtree". Without `compiled` it does everything.
    """

    def __init__(
        self,
        schema: Any,
        *,
        limits: Limits = NO_LIMITS,
        budget: int = 5_000,
        compiled: bool = True,
        on_fallback: Count | None = None,
    ) -> None:
        self._schema, self._limits, self._budget, self._compiled = schema, limits, budget, compiled
        self._by_core = Stock(schema._schema, limits)
        self._on_fallback: Count = on_fallback or (lambda scope, reason: None)
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        self._length = 0  # of all texts in it

    def run(
        self,
        text: str,
        variables: dict[str, Any] | None = None,
        *,
        context: Any = None,
        root: Any = None,
        name: str | None = None,
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run a text's operation; awaitable only if something has to be waited for."""
        return self._run(self._known(text), variables, context, root, name)

    async def subscribe(
        self,
        text: str,
        variables: dict[str, Any] | None = None,
        *,
        context: Any = None,
        root: Any = None,
        name: str | None = None,
    ) -> AsyncGenerator[ExecutionResult, None] | ExecutionResult:
        """The results of a subscription's events; a single result of errors if it cannot begin."""
        prepared = self._known(text)
        if prepared.document is None:
            return ExecutionResult(None, prepared.errors)
        source = await create_source_event_stream(
            self._schema._schema, prepared.document.node, root, context, variables, name
        )
        if isinstance(source, ExecutionResult):
            return source
        return self._each(source, prepared, variables, context, name)

    def type_of(self, text: str, name: str | None = None) -> OperationType | None:
        """Whether a text's operation is a query, a mutation or a subscription; None if it is none at all."""
        operation = self._operation(self._known(text), name)
        return operation.definition.operation if operation else None

    def run_document(
        self,
        document: DocumentNode,
        variables: dict[str, Any] | None,
        context: Any,
        root: Any,
        name: str | None,
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run an operation of a document that somebody else has parsed and validated."""
        if document.loc is None:
            return self._run(self._prepare(document), variables, context, root, name)
        text = document.loc.source.body
        prepared = self._prepared.get(text)
        if prepared is None or prepared.document is None:
            prepared = self._remembered(text, self._prepare(document))
        return self._run(prepared, variables, context, root, name)

    def source(self, text: str, variables: dict[str, Any] | None = None, name: str | None = None) -> str:
        """The Python that a text compiles to, or why it does not."""
        prepared = self._parse(text)
        operation = self._operation(prepared, name)
        if operation is None or prepared.document is None:
            return "\n".join(error.message for error in prepared.errors) or "No such operation."
        values = operation.coerce(variables)
        form = self._form(prepared.document, operation, values if isinstance(values, dict) else {})
        return form.source if isinstance(form, CompiledOperation) else form.reason

    async def _each(
        self,
        source: AsyncIterable[Any],
        prepared: Prepared,
        variables: dict[str, Any] | None,
        context: Any,
        name: str | None,
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Run the operation on each event, as its root; the source is closed with this iterator."""
        try:
            async for event in source:
                result = self._run(prepared, variables, context, event, name)
                yield result if isinstance(result, ExecutionResult) else await result
        finally:
            if hasattr(source, "aclose"):
                await source.aclose()

    def _run(
        self, prepared: Prepared, variables: dict[str, Any] | None, context: Any, root: Any, name: str | None
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        if prepared.document is None:
            return ExecutionResult(None, prepared.errors)
        operation = self._operation(prepared, name)
        if operation is not None and 0 < self._limits.roots < operation.roots:
            what = f"The operation has {operation.roots} root fields; {self._limits.roots} are allowed."
            return Exhausted(what).result
        if operation is None or not self._compiled:
            reason = "operation name" if self._compiled else "setting"
            return self._stock(prepared.document, reason, variables, context, root, name)
        values = operation.coerce(variables)
        if isinstance(values, list):
            return ExecutionResult(None, values)
        form = self._form(prepared.document, operation, values)
        if isinstance(form, NotCompiled):
            return self._stock(prepared.document, form.reason, variables, context, root, name)
        return carry_out(Execution(form, values, context, root, self._limits))

    def _form(
        self, document: Document, operation: _Operation, values: dict[str, Any]
    ) -> CompiledOperation | NotCompiled:
        key = tuple([values.get(name) for name in operation.conditions]) if operation.conditions else ()
        form = operation.forms.get(key)
        if form is None:
            if len(operation.forms) >= _MOST_FORMS:
                return NotCompiled("conditions")
            conditions = {name: values[name] for name in operation.conditions if name in values}
            form = operation.forms[key] = compile_operation(document, operation.definition, conditions)
        return form

    def _stock(
        self,
        document: Document,
        reason: str,
        variables: dict[str, Any] | None,
        context: Any,
        root: Any,
        name: str | None,
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        self._on_fallback("operation", reason)
        return self._by_core.run(
            document.node,
            root_value=root,
            context_value=context,
            variable_values=variables,
            operation_name=name,
        )

    def _operation(self, prepared: Prepared, name: str | None) -> _Operation | None:
        if name in prepared.operations:
            return prepared.operations[name]
        if prepared.document is None:
            return None
        found = _find(prepared.document.node, name)
        operation = None
        if found is not None:
            coerce = CoerceVariables(self._schema._schema, found)
            operation = _Operation(
                found,
                coerce,
                condition_variables(prepared.document.node),
                len(root_fields(found, prepared.document.fragments)),
            )
            prepared.operations[name] = operation
        return operation

    def _parse(self, text: str) -> Prepared:
        try:
            document = parse(
                text,
                max_lexical_tokens=self._limits.tokens or None,
                max_comments=self._limits.tokens or None,
                max_source_length=self._limits.length or None,
            )
        except GraphQLError as error:
            return Prepared(None, [error])
        errors = validate(self._schema._schema, document)
        return Prepared(None, errors) if errors else self._prepare(document)

    def _prepare(self, node: DocumentNode) -> Prepared:
        fragments = {
            definition.name.value: definition
            for definition in node.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        return Prepared(Document(self._schema, node, fragments, self._on_fallback, self._budget), [])

    def _known(self, text: str) -> Prepared:
        prepared = self._prepared.get(text)
        if prepared is None:
            return self._remembered(text, self._parse(text))
        self._prepared.move_to_end(text)
        return prepared

    def _remembered(self, text: str, prepared: Prepared) -> Prepared:
        if len(text) * _SHARE > self._limits.remembered_length:
            return prepared  # it would push out many that come again
        self._length += 0 if text in self._prepared else len(text)
        self._prepared[text] = prepared
        most, longest = self._limits.remembered, self._limits.remembered_length
        while len(self._prepared) > most or self._length > longest:
            self._length -= len(self._prepared.popitem(last=False)[0])
        return prepared


def _find(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """The operation of that name, or the only one; None where graphql-core has an error to tell."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is None:
        return operations[0] if len(operations) == 1 else None
    named = [each for each in operations if each.name and each.name.value == name]
    return named[-1] if named else None
