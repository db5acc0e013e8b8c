"""Data and problems → the bytes of a GraphQL response.

What of a subgraph's error is shown is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .errors import ErrorCode, Problem
from .json_codec import JsonObject, encode
from .problems import DEFAULT_LIMIT, Problems

MASKED_MESSAGE = "The subgraph reported an error."
_INTERNAL_EXTENSIONS = frozenset({"exception", "stacktrace", "debug", "debugMessage", "trace"})


@dataclass(frozen=True, slots=True)
class ErrorSettings:
    """What clients see of errors.

    ``mask_subgraph_errors`` hides the messages and extensions that subgraphs wrote (codes stay);
    ``with_service`` names the subgraph; beyond ``limit`` errors the rest is only counted.
    """

    mask_subgraph_errors: bool = False
    with_service: bool = False
    limit: int = DEFAULT_LIMIT


def render_response(
    data: JsonObject | None,
    problems: Sequence[Problem],
    settings: ErrorSettings,
    extensions: Mapping[str, Any] | None = None,
) -> bytes:
    """Write an executed operation's response."""
    response: JsonObject = {"data": data}
    if problems:
        response["errors"] = formatted_problems(problems, settings)
    if extensions:
        response["extensions"] = extensions
    try:
        return encode(response)
    except RecursionError:  # read with a few calls around it, written with a few more
        return encode({"data": None, "errors": [nested_answer().formatted()]})


def nested_answer() -> Problem:
    """What is told of a custom scalar's value that goes deeper than Python's calls."""
    return Problem("A subgraph's response is nested too deeply.", ErrorCode.SUBREQUEST_MALFORMED)


def render_rejection(problems: Sequence[Problem], settings: ErrorSettings) -> bytes:
    """Write a response without data: nothing was executed."""
    return encode({"errors": formatted_problems(problems, settings)})


def formatted_problems(problems: Sequence[Problem], settings: ErrorSettings) -> list[JsonObject]:
    """Give the list of errors as the settings let clients see them."""
    shown = [_shown(problem, settings) for problem in problems[: settings.limit]]
    if len(problems) > settings.limit or (isinstance(problems, Problems) and problems.has_more):
        message = f"{len(shown)} errors are listed; there are more."
        shown.append(Problem(message, ErrorCode.SUBGRAPH_ERROR).formatted())
    return shown


def _shown(problem: Problem, settings: ErrorSettings) -> JsonObject:
    if problem.from_subgraph:
        if settings.mask_subgraph_errors:
            problem = replace(problem, message=MASKED_MESSAGE, extensions={})
        else:
            kept = {k: v for k, v in problem.extensions.items() if k not in _INTERNAL_EXTENSIONS}
            problem = replace(problem, extensions=kept)
    return problem.formatted(with_service=settings.with_service)
