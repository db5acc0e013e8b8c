"""What holds of every test of the router."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from router.execution import start_overs


@pytest.fixture(autouse=True)
def start_over_faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fail a test in which a compiled run started over by a fault of the router's own.

    The interpreter's answer is right, so nothing else would show it. What is told is taken at the logger
    itself, whatever level or handlers a test sets. A test that means to make such a fault clears the list.
    """
    faults: list[str] = []

    def keep(message: str, *, extra: dict[str, Any], exc_info: Exception | None) -> None:
        faults.append(f"{message}: {exc_info!r} in the operation {extra['operation']}")

    monkeypatch.setattr(start_overs.logger, "error", keep)
    yield faults
    assert faults == []
