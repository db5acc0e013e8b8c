"""Why a request is refused before anything is executed."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import GraphQLError

from ..execution.errors import ErrorCode, Problem

MOST_LOOKED_AT = 100
MOST_NAMED = 10


class Rejection(Exception):
    """A request error: no data. ``status`` is for ``application/graphql-response+json``."""

    def __init__(self, problems: Sequence[Problem], status: int = 400) -> None:
        super().__init__(problems[0].message)
        self.problems = tuple(problems)
        self.status = status

    def again(self) -> Rejection:
        """Give the same without what led to it: whoever raises or keeps an exception keeps its frames."""
        return Rejection(self.problems, self.status)


def reject(code: ErrorCode, message: str, status: int = 400) -> Rejection:
    """Make the rejection of a single mistake."""
    return Rejection([Problem(message, code)], status)


def too_deep() -> Rejection:
    """Make the refusal of what no limit has caught: Python gave up at the depth of the calls it took.

    Whoever makes it lets the RecursionError go: its trace is as long as it is deep, and tells nothing.
    """
    return reject(ErrorCode.TOO_DEEP, "The request is nested too deeply.")


def codes_of(problems: Sequence[Problem]) -> tuple[str, ...]:
    """Give the codes, each once, as far as a line of the log has room for them."""
    found = dict.fromkeys(str(problem.code) for problem in problems[:MOST_LOOKED_AT])
    return tuple(found)[:MOST_NAMED]


def as_problem(error: GraphQLError, code: ErrorCode) -> Problem:
    """Give graphql-core's error a code."""
    locations = tuple({"line": place.line, "column": place.column} for place in error.locations or ())
    return Problem(error.message, code, locations=locations)
