"""``waybill compose --watch``: what changed is told, and a broken composition keeps the last good output."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from router.commands.compose_job import Job
from router.commands.compose_watch import Watcher

LIST = 'subgraphs: [{name: one, url: "http://one", schema: one.graphql}]'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.yaml").write_text(LIST)
    (tmp_path / "one.graphql").write_text("type Query {\n  a: Int\n  b: Int\n}")
    return tmp_path


@pytest.fixture
def watcher(folder: Path) -> Watcher:
    return Watcher(Job(Path("list.yaml"), Path("super.graphql")))


async def look(watcher: Watcher, capsys: pytest.CaptureFixture[str]) -> list[str]:
    await watcher.look()
    return capsys.readouterr().err.splitlines()


async def test_each_change_is_told_once(
    folder: Path, watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await look(watcher, capsys) == ["Composed into super.graphql."]
    assert await look(watcher, capsys) == []
    (folder / "one.graphql").write_text("type Query {\n  a: Int!\n  c: Int\n}")
    assert await look(watcher, capsys) == [
        "one: SDL changed (+2 -2 lines)",
        "  breaking: Query.b is gone",
        "  safe: Query.a was of type Int, and is of type Int! now",
        "  safe: Query.c is new",
        "Composed into super.graphql.",
    ]


async def test_subgraphs_that_come_and_go_are_told(
    folder: Path, watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    await look(watcher, capsys)
    (folder / "list.yaml").write_text(LIST.replace("one,", "two,"))
    assert (await look(watcher, capsys))[:2] == ["one: is gone", "two: is new"]
    (folder / "list.yaml").write_text(LIST.replace("one,", "two,").replace("//one", "//two"))
    assert await look(watcher, capsys) == [
        "two: URL changed to http://two",
        "Composed into super.graphql.",
    ]


async def test_a_broken_composition_keeps_the_last_good_output(
    folder: Path, watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    await look(watcher, capsys)
    good = (folder / "super.graphql").read_text()
    (folder / "one.graphql").write_text("type Query { a: Nowhere }")
    said = await look(watcher, capsys)
    assert said[0] == "one: SDL changed (+1 -4 lines)"
    assert said[1].startswith("error INVALID_GRAPHQL in one: ")
    assert said[-1] == "Not composed; the last good output stays."
    assert (folder / "super.graphql").read_text() == good
    (folder / "one.graphql").write_text("type Query { a: Int }")
    assert (await look(watcher, capsys))[-1] == "Composed into super.graphql."


async def test_a_list_that_cannot_be_read_is_told_once_until_it_can(
    folder: Path, watcher: Watcher, capsys: pytest.CaptureFixture[str]
) -> None:
    await look(watcher, capsys)
    (folder / "list.yaml").write_text("subgraphs: 3")
    assert [line.split(": ")[1] for line in await look(watcher, capsys)] == [
        "error INVALID_CONFIG at subgraphs"
    ]
    assert await look(watcher, capsys) == []
    (folder / "list.yaml").write_text(LIST)
    assert await look(watcher, capsys) == ["All subgraphs can be read again."]


async def test_output_that_could_not_be_written_is_written_when_it_can(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher = Watcher(Job(Path("list.yaml"), Path("later/super.graphql")))
    assert "OUTPUT_UNWRITABLE" in (await look(watcher, capsys))[0]
    (folder / "later").mkdir()
    assert (await look(watcher, capsys))[-1] == "Composed into later/super.graphql."


async def test_the_process_composes_on_a_change_and_ends_on_a_signal(folder: Path) -> None:
    root = Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stack", "compose", "list.yaml", "-o", "super.graphql"),
        *("--watch", "--poll", "0.1"),
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stderr is not None
    assert await process.stderr.readline() == b"Composed into super.graphql.\n"
    (folder / "new.graphql").write_text("type Query {\n  a: Int\n  b: Int\n  c: Int\n}")
    (folder / "new.graphql").replace(folder / "one.graphql")
    assert await process.stderr.readline() == b"one: SDL changed (+1 -0 lines)\n"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
