"""The documented table of settings is the one that the classes make, and says something of each."""

from __future__ import annotations

from pathlib import Path

from stack.settings_table import settings_table

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == settings_table(), "run: python -m stack.settings_table > docs/settings.md"


def test_every_setting_is_described() -> None:
    rows = [line for line in settings_table().splitlines() if line.startswith("| `WAYBILL_")]
    assert len(rows) > 100
    assert [row for row in rows if row.endswith("|  |")] == []
