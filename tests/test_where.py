"""docs/where.md: the places that it names exist, and every folder of the house has a question."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"\| (?P<question>[^|]+\?) \| `(?P<path>[^`]+)`(?: `(?P<symbol>[\w.]+)`)? \|")
HEAD = ("| where is it decided … | place |", "| --- | --- |")
PACKAGES = ("router", "subgraphs", "search", "stack")


@dataclass(frozen=True, slots=True)
class Place:
    """One row: a question, and the file and symbol that answer it."""

    question: str
    path: str
    symbol: str | None


def read_places() -> list[Place]:
    rows = [line for line in page().splitlines() if line.startswith("| ") and line not in HEAD]
    return [read_row(line) for line in rows]


def page() -> str:
    return (ROOT / "docs" / "where.md").read_text(encoding="utf-8")


def read_row(line: str) -> Place:
    match = ROW.fullmatch(line)
    assert match is not None, f"not a question with its place: {line}"
    return Place(match["question"], match["path"], match["symbol"])


def defined_in(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The names that statements define, each with what stands inside it."""
    names: dict[str, list[ast.stmt]] = {}
    for statement in body:
        match statement:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                names[statement.name] = statement.body
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names[name] = []
    return names


PLACES = read_places()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.question)
def test_the_place_exists(place: Place) -> None:
    file = ROOT / place.path
    assert file.is_file()
    if place.symbol is not None:
        body = ast.parse(file.read_text(encoding="utf-8")).body
        for name in place.symbol.split("."):
            known = defined_in(body)
            assert name in known, f"{place.path} has no {place.symbol}"
            body = known[name]


def test_each_question_is_asked_once() -> None:
    questions = [place.question for place in PLACES]
    assert sorted(set(questions)) == sorted(questions)


def test_every_folder_has_a_question() -> None:
    folders = {
        file.parent.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("__init__.py")
    }
    answered = {parent.as_posix() for place in PLACES for parent in Path(place.path).parents}
    assert sorted(folders - answered) == []
