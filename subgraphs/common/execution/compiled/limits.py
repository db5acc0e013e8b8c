"""How much one operation may ask for, and how its run is ended when that is too much.

What counts is what an answer makes: each field of each object, each item of a list. The operation's text says
nothing of that: `menu { products { vendor { menu { … } } } }` multiplies by forty with every level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import ExecutionContext, ExecutionResult, GraphQLError, GraphQLObjectType

# What nobody reaches: counting goes on where there is no limit.
ENDLESS = 2**60
# What is waited for (a coroutine, its context and its place) takes as much memory as so many plain values.
AWAITED = 8
# An error has a path, places and a message.
FAILED = 20
# Answers below this many values are not measured: even if each were a text of a page's length, they would be
# no burden. Measuring costs a tenth of making.
_MEASURED_FROM = 4_000
# Values that are looked at before others get their turn.
MEASURED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one operation (0: no limit), and of all whose texts are remembered.

    `values` are fields and list items of the answer, `size` its length in characters, nearly. `tokens` are
    those of the document, `length` its characters, `roots` the fields of its root: each of them starts
    something by itself, where those below share their loaders.
    """

    values: int = 0
    size: int = 0
    tokens: int = 0
    length: int = 0
    roots: int = 0
    remembered: int = 1_000
    remembered_length: int = 300_000


NO_LIMITS = Limits()


class ResponseTooLarge(Exception):
    """What the client is told."""


class Exhausted(BaseException):
    """Ends a run at once: no Exception, for those become nulls where null may stand, and the run goes on."""

    @classmethod
    def larger(cls, than: str) -> Exhausted:
        """The answer has more than it may have."""
        return cls(f"The response would be larger than {than}: ask for shorter pages.")

    @property
    def result(self) -> ExecutionResult:
        """The response instead of the one that was too large. What mutations did stays done."""
        error = ResponseTooLarge(str(self))
        return ExecutionResult(None, [GraphQLError(str(error), original_error=error)])


class Meter:
    """Counts down the values of one operation."""

    __slots__ = ("left", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits, self.left = limits, limits.values or ENDLESS

    def spend(self, values: int) -> None:
        """Count values that are going to be made; Exhausted if these are more than may be."""
        self.left -= values
        if self.left < 0:
            self.exhausted()

    def exhausted(self) -> None:
        """End the run."""
        raise Exhausted.larger(f"{self.limits.values} values")

    @property
    def must_be_measured(self) -> bool:
        """Whether the answer may have become too long for its texts."""
        return bool(self.limits.size) and (self.limits.values or ENDLESS) - self.left > _MEASURED_FROM

    def measure(self, data: Any) -> Iterator[None]:
        """Count the characters of an answer, part by part; Exhausted if these are more than may be."""
        size, seen, most = 0, 0, self.limits.size
        stack = [data]
        while stack:
            value = stack.pop()
            seen += 1
            if type(value) is dict:
                size += sum(map(len, value)) + 4 * len(value)
                stack.extend(value.values())
            elif type(value) is list:
                size += len(value)
                stack.extend(value)
            else:
                size += len(value) + 2 if type(value) is str else 4
            if size > most:
                raise Exhausted.larger(f"{most} bytes")
            if not seen % MEASURED_AT_ONCE:
                yield


class Spends(Protocol):
    """Whatever counts."""

    @property
    def spend(self) -> Callable[[int], None]:
        """Count values; Exhausted if these are more than may be."""


def counted(values: Iterable[Any], spender: Spends) -> Iterator[Any]:
    """Values that nobody knows the number of."""
    for value in values:
        spender.spend(1)
        yield value


class CountedContext(ExecutionContext):
    """graphql-core's way through an operation, counted; `limits` are those of the class."""

    limits = NO_LIMITS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.spend: Callable[[int], None] = Meter(self.limits).spend

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Any, fields: Any
    ) -> Any:
        """An object."""
        self.spend(len(fields))
        return super().execute_fields(parent_type, source_value, path, fields)

    def complete_list_value(
        self, return_type: Any, field_nodes: Any, info: Any, path: Any, result: Any
    ) -> Any:
        """A list, or a generator, whose items are counted as they come."""
        if isinstance(result, Sized):
            self.spend(len(result))
        elif isinstance(result, Iterable):
            result = counted(result, self)
        return super().complete_list_value(return_type, field_nodes, info, path, result)

    def handle_field_error(self, *given: Any) -> None:
        """An error."""
        self.spend(FAILED)
        super().handle_field_error(*given)


def limited_context(limits: Limits) -> type[CountedContext]:
    """The execution context that counts by these limits."""
    return type("LimitedContext", (CountedContext,), {"limits": limits})
