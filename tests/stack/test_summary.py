"""The table at the end of a start: what one can do next depends on whether anybody is there."""

from __future__ import annotations

import pytest

from stack.display.summary import print_summary


@pytest.mark.parametrize(
    ("has_demo", "shown", "hidden"), [(True, "seed", "admin create"), (False, "admin create", "seed")]
)
def test_an_empty_platform_tells_how_to_go_on(
    capsys: pytest.CaptureFixture[str], has_demo: bool, shown: str, hidden: str
) -> None:
    print_summary("http://127.0.0.1:4000", (), has_demo=has_demo)
    printed = capsys.readouterr().out
    assert f"waybill {shown}" in printed
    assert f"waybill {hidden}" not in printed
    assert ("+12025550101" in printed) is has_demo
