"""Operation text → an operation that may be planned: parsed, within the limits, valid.

text ─ parse ─ check_limits ─ validate ─ read_operation ─> PreparedOperation
                │ any mistake
                └─> Rejection
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    VariableDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from ..execution.errors import ErrorCode
from ..operation import Operation, OperationError, read_operation
from ..operation.accept import Acceptor
from ..operation.parse import parse_operations
from .check_deferred import DEFER_RULES
from .check_limits import check_limits, check_validatable
from .check_one_of import OneOfVariablesRule
from .coerce_variables import VariableCoercer
from .rejection import Rejection, as_problem, reject
from .settings import EngineSettings
from .variant import CacheKey, PlannedVariant, VariantKey
from .weigh import weigh_text

MAX_VALIDATION_ERRORS = 20
RULES = (*specified_rules, *DEFER_RULES, OneOfVariablesRule)


@dataclass(slots=True)
class PreparedOperation:
    """A valid operation, and its variants as far as they were seen."""

    key: CacheKey
    operation: Operation
    coerce_variables: VariableCoercer
    conditions: tuple[str, ...]
    """Names of the Boolean variables that tell its variants apart, sorted."""
    labels: tuple[str, ...] = ()
    variants: dict[VariantKey, PlannedVariant] = field(default_factory=dict)
    refused: dict[VariantKey, Rejection] = field(default_factory=dict)
    """Variants that can't be planned."""

    @property
    def weight(self) -> int:
        """About how many bytes are kept of it."""
        own = weigh_text(self.key[0], with_syntax=self.operation.syntax is not None)
        return own + sum(variant.weight for variant in self.variants.values())

    @property
    def compiled_weight(self) -> int:
        """About how many of them are its compiled programs'."""
        return sum(variant.compiled_weight for variant in self.variants.values())

    @property
    def has_one_variant(self) -> bool:
        """Whether nothing that a request says changes the plan."""
        return not (self.conditions or self.labels or self.operation.has_deferred)


def prepare(
    text: str,
    operation_name: str | None,
    schema: GraphQLSchema,
    settings: EngineSettings,
    acceptor: Acceptor | None = None,
) -> PreparedOperation:
    """Read and check an operation; Rejection if it can't be executed.

    With the schema's ``acceptor`` it is read fast, and not validated again if that takes it.
    """
    limit = settings.limits.tokens or None
    document = (parse_operations(text, limit) if acceptor else None) or _parse(text, limit)
    levels = check_limits(document, settings.limits)
    if acceptor is None or not acceptor.accepts(document):
        check_validatable(levels, settings.limits)
        _validate(parse(text), schema, settings)
    operation = _read(document, operation_name, schema)
    return PreparedOperation(
        (text, operation_name),
        operation,
        VariableCoercer(
            schema,
            _variables(operation),
            partial(_located_variables, text, operation_name, schema),
            settings.limits.variable_depth,
        ),
        tuple(sorted(operation.boolean_variables)),
    )


def _read(document: DocumentNode, operation_name: str | None, schema: GraphQLSchema) -> Operation:
    try:
        return read_operation(document, operation_name, schema)
    except OperationError as error:
        raise reject(ErrorCode.UNKNOWN_OPERATION, error.message) from error


def _variables(operation: Operation) -> tuple[VariableDefinitionNode, ...]:
    return operation.read().definition.variable_definitions


def _located_variables(
    text: str, operation_name: str | None, schema: GraphQLSchema
) -> tuple[VariableDefinitionNode, ...]:
    """Read an operation's variables again, with their places: who sent a wrong value is told where."""
    return _variables(read_operation(parse(text), operation_name, schema))


def _parse(text: str, max_tokens: int | None) -> DocumentNode:
    """Parse without places, which take more memory than the document, and are told of mistakes alone."""
    try:
        return parse(text, no_location=True, max_tokens=max_tokens)
    except GraphQLError as error:
        too_long = "token" in error.message and "Parsing aborted" in error.message
        code = ErrorCode.TOO_MANY_TOKENS if too_long else ErrorCode.PARSE_FAILED
        raise Rejection([as_problem(error, code)]) from error
    except RecursionError as error:
        raise reject(ErrorCode.TOO_DEEP, "The operation is nested too deeply to be parsed.") from error


def _validate(document: DocumentNode, schema: GraphQLSchema, settings: EngineSettings) -> None:
    errors = validate(schema, document, RULES, max_errors=MAX_VALIDATION_ERRORS)
    if errors:
        raise Rejection([as_problem(error, ErrorCode.VALIDATION_FAILED) for error in errors])
    if not settings.introspection:
        refused = validate(schema, document, [NoSchemaIntrospectionCustomRule])
        if refused:
            raise Rejection([as_problem(error, ErrorCode.INTROSPECTION_DISABLED) for error in refused])
