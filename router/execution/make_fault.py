"""A subgraph's error → a ``Fault``, its path still in the subgraph's terms."""

from __future__ import annotations

from typing import Any

from .errors import ErrorCode
from .faults import Fault, SourcePath
from .json_codec import JsonObject
from .program import Step
from .read_answer import SubgraphAnswer


def root_fault(step: Step, answer: SubgraphAnswer, error: JsonObject) -> Fault:
    """Keep an error of a root fetch; without a path, and without data, it is about all of the fetch."""
    path = source_path(error)
    if path is None and answer.data is not None:
        path = ()
    return _fault(step, error, path, None)


def entity_fault(step: Step, targets: list[JsonObject], error: JsonObject) -> Fault:
    """Keep an error of some entities: below them, or about all that the fetch was to give of them."""
    path = source_path(error)
    return _fault(step, error, path[2:] or None if path else None, targets)


def source_path(error: JsonObject) -> SourcePath | None:
    """Read an error's path; None if it has none that makes sense."""
    path = error.get("path")
    if not isinstance(path, list) or not path:
        return None
    return tuple(path) if all(type(step) is str or type(step) is int for step in path) else None


def _fault(step: Step, error: JsonObject, path: SourcePath | None, targets: list[JsonObject] | None) -> Fault:
    message = error.get("message")
    extensions = error.get("extensions")
    extensions = dict(extensions) if isinstance(extensions, dict) else {}
    code: Any = extensions.pop("code", None)
    return Fault(
        step.fetch,
        message if isinstance(message, str) else "The subgraph reported an error.",
        code if isinstance(code, str) else ErrorCode.SUBGRAPH_ERROR,
        path,
        targets,
        extensions,
        from_subgraph=True,
    )
