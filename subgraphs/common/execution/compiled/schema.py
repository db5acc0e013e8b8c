"""The compiled executor inside Strawberry's own request cycle: extensions, error processing and views stay.

    class Schema(CompiledExecution, strawberry.federation.Schema): ...

Strawberry parses and validates as it is configured to (add `ParserCache` and `ValidationCache`), then hands
the document over. Where an extension wraps resolvers (`SchemaExtension.resolve`), or the schema has an
execution context of its own, graphql-core runs the operation as before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from graphql import execute
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from .operations import Operations


class CompiledExecution:
    """Mixed into a Strawberry schema, before `Schema`; `on_fallback` may be overridden to count."""

    def on_fallback(self, scope: str, reason: str) -> None:
        """Called when graphql-core runs an "operation" or a "subtree", with the reason."""

    @cached_property
    def operations(self) -> Operations:
        """The compiled operations of this schema."""
        return Operations(self, on_fallback=self.on_fallback)

    def _get_execute_function(self) -> Callable[..., Any]:
        kind = getattr(self, "execution_context_class", None)
        if kind is not StrawberryGraphQLCoreExecutionContext:
            return self._refuse("execution context class")
        return self._execute

    def _refuse(self, reason: str) -> Callable[..., Any]:
        self.on_fallback("operation", reason)
        return execute

    def _execute(self, schema: Any, document: Any, middleware: Any = None, **given: Any) -> Any:
        if middleware is not None and middleware.middlewares:
            self.on_fallback("operation", "extension that wraps resolvers")
            return execute(schema, document, middleware=middleware, **given)
        return self.operations.run_document(
            document,
            given.get("variable_values"),
            given.get("context_value"),
            given.get("root_value"),
            given.get("operation_name"),
        )
