"""``@context`` and ``@fromContext``: names are legal, and what is taken from a context fits the argument."""

from __future__ import annotations

import re

from ..report import Report
from .applied import Applied
from .check_context_argument import check_context_argument
from .contexts import contexts_of, contextual_arguments
from .model import Subgraph
from .values import as_string

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*\Z")


def check_context(subgraph: Subgraph, report: Report) -> None:
    """Report misuse of contexts."""
    contexts = contexts_of(subgraph)
    if contexts:
        _check_names(subgraph, report)
    for found in contextual_arguments(subgraph):
        check_context_argument(subgraph, contexts, found, report)
    for directive in subgraph.directives.values():
        for argument in directive.arguments.values():
            if argument.first("fromContext"):
                _say(
                    subgraph,
                    report,
                    "CONTEXT_NOT_SET",
                    "a directive's argument can't be taken from a context",
                    f"@{directive.name}({argument.name}:)",
                    argument.first("fromContext"),
                )


def _check_names(subgraph: Subgraph, report: Report) -> None:
    for type_ in subgraph.types.values():
        for applied in type_.having("context"):
            name = as_string(applied.args.get("name")) or ""
            if not _NAME.match(name):
                _say(
                    subgraph,
                    report,
                    "CONTEXT_NAME_INVALID",
                    f'"{name}" can\'t be the name of a context: only letters and digits, without underscore',
                    type_.name,
                    applied,
                )


def _say(
    subgraph: Subgraph,
    report: Report,
    code: str,
    message: str,
    coordinate: str,
    applied: Applied | None,
) -> None:
    where = [(subgraph.name, applied)]
    report.error(code, f'On "{coordinate}": {message}', coordinate=coordinate, where=where)
