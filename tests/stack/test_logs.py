"""Logs: cut off when long, while the process goes on writing; followed across the cut."""

from __future__ import annotations

from pathlib import Path

from stack.commands.logs import new_lines
from stack.supervisor.logs import last_lines, rotate


def test_a_rotated_log_starts_empty_and_its_writer_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    with file.open("ab", buffering=0) as writer:
        writer.write(b"old\n")
        rotate(file, kept=2)
        writer.write(b"new\n")
    assert file.read_text() == "new\n"
    assert (tmp_path / "web.log.1").read_text() == "old\n"


def test_only_so_many_old_logs_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    for number in range(4):
        file.write_text(f"{number}\n")
        rotate(file, kept=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", "web.log.1", "web.log.2"]
    assert (tmp_path / "web.log.1").read_text() == "3\n"
    assert (tmp_path / "web.log.2").read_text() == "2\n"


def test_the_last_lines_are_the_last_ones(tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    file.write_text("".join(f"line {number}\n" for number in range(10_000)))
    assert last_lines(file, 2) == ["line 9998", "line 9999"]
    assert last_lines(tmp_path / "none.log", 2) == []


def test_following_shows_what_is_written_from_now_also_after_a_cut(tmp_path: Path) -> None:
    file = tmp_path / "web.log"
    file.write_text("before\n")
    positions = {file: file.stat().st_size}
    with file.open("a") as writer:
        writer.write("first\nhalf of")
    assert new_lines(file, positions) == ["first"]
    file.write_text("")
    assert new_lines(file, positions) == []
    file.write_text("after\n")
    assert new_lines(file, positions) == ["after"]
