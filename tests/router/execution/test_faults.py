"""docs/faults.md is what really happens, however plans are run."""

from __future__ import annotations

from pathlib import Path

from router.traffic.settings import ExecutionMode
from tests.router.execution.fault_table import fault_table

DOCUMENT = Path(__file__).parents[3] / "docs" / "faults.md"


async def test_the_fault_table_is_true_and_up_to_date(mode: ExecutionMode) -> None:
    written = DOCUMENT.read_text()
    table = await fault_table(mode)
    assert table == written
    assert "secret" not in table
