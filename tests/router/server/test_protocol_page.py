"""docs/protocol.md: its codes and settings are those that there are."""

from __future__ import annotations

import re
from pathlib import Path

from router.errors import CODES
from router.execution.errors import ErrorCode
from router.settings import RouterSettings

PAGE = Path(__file__).parents[3] / "docs" / "protocol.md"


def code_rows() -> list[str]:
    """The table of codes as the page has it."""
    head = ["| code | status | what it means |", "|---|---|---|"]
    server = [f"| `{code}` | {status} | {meaning} |" for code, (status, meaning) in sorted(CODES.items())]
    engine = [f"| `{code.value}` | | {code.help} |" for code in sorted(ErrorCode) if code.value not in CODES]
    return [*head, *server, *engine]


def test_the_page_has_every_code_and_no_other() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.endswith("\n".join(code_rows()) + "\n")


def test_the_page_names_settings_that_there_are() -> None:
    text, _, _ = PAGE.read_text(encoding="utf-8").partition("## Codes")
    others = {"WAYBILL_ROUTER", "PERSISTED_QUERY_NOT_SUPPORTED", *CODES}
    named = set(re.findall(r"\b[A-Z]+_[A-Z_]*[A-Z]\b", text)) - others
    assert len(named) > 20
    assert named <= {name.upper() for name in RouterSettings.model_fields}
