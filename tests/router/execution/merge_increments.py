"""What a client has in the end, when a response came in parts: by the formats' own rules."""

from __future__ import annotations

from typing import Any

Payload = dict[str, Any]


def merge_payloads(payloads: list[Payload]) -> Payload:
    """Put all payloads together; checks on the way that they follow their protocol."""
    first, *later = payloads
    merged: Payload = {"data": first.get("data"), "errors": list(first.get("errors", ()))}
    if not later:
        assert not first.get("hasNext"), "more was announced"
        return merged
    assert [payload["hasNext"] for payload in payloads] == [True] * len(later) + [False]
    pending = _announced({}, first)
    for payload in later:
        pending = _announced(pending, payload)
        for increment in payload.get("incremental", ()):
            _apply(merged, increment, pending)
        for completed in payload.get("completed", ()):
            del pending[completed["id"]]
            merged["errors"] += completed.get("errors", ())
    assert not pending, "what was announced never came"
    return merged


def _announced(pending: dict[str, Payload], payload: Payload) -> dict[str, Payload]:
    return pending | {each["id"]: each for each in payload.get("pending", ())}


def _apply(merged: Payload, increment: Payload, pending: dict[str, Payload]) -> None:
    merged["errors"] += increment.get("errors", ())
    path = increment.get("path")
    if path is None:
        path = [*pending[increment["id"]]["path"], *increment.get("subPath", ())]
    target = merged["data"]
    for step in path:
        target = target[step]
    if increment["data"] is not None:
        _merge(target, increment["data"])


def _merge(target: Any, source: Any) -> None:
    pairs = source.items() if isinstance(source, dict) else enumerate(source)
    for key, value in pairs:
        known = target.get(key) if isinstance(target, dict) else target[key]
        if isinstance(value, dict | list) and type(known) is type(value) and len(known) > 0:
            _merge(known, value)
        else:
            target[key] = value
