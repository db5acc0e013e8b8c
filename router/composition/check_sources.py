"""The subgraphs' names: usable, and each once."""

from __future__ import annotations

from collections.abc import Sequence

from .report import CompositionError, Report
from .settings import CompositionSettings
from .subgraph.model import SubgraphSource

CODE = "INVALID_SUBGRAPH_NAME"


def check_sources(subgraphs: Sequence[SubgraphSource], settings: CompositionSettings, report: Report) -> None:
    """Report names that can't be told apart, or that are reserved."""
    if len(subgraphs) > settings.max_subgraphs:
        _fail(report, "LIMIT_EXCEEDED", f"There are more than {settings.max_subgraphs} subgraphs", None)
    seen: set[str] = set()
    for source in subgraphs:
        if source.name == "_":
            _fail(report, CODE, 'A subgraph can\'t be called "_"', source.name)
        elif not source.name:
            _fail(report, CODE, "A subgraph has no name", None)
        elif source.name in seen:
            _fail(report, CODE, f'Two subgraphs are called "{source.name}"', source.name)
        seen.add(source.name)


def _fail(report: Report, code: str, message: str, subgraph: str | None) -> None:
    report.errors.append(CompositionError(code, message, subgraph))
