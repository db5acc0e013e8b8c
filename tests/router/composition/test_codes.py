"""The registry of codes: complete, documented, explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import router.composition
from router.composition.codes import CODES, ERRORS, HINTS, render_docs

SOURCES = Path(router.composition.__file__).parent
ROOT = SOURCES.parent.parent
_LITERAL = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"')
# Words in capitals that are no codes: kinds, directive locations, join and connect vocabulary.
_NO_CODES = re.compile(r"(INPUT_OBJECT|\w+_DEFINITION|ENUM_VALUE|FRAGMENT_SPREAD|INLINE_FRAGMENT|\w+_)\Z")


def raised() -> set[str]:
    """Every string literal of the sources that looks like a code."""
    found: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        if path.name != "code_tables.py":
            found |= set(_LITERAL.findall(path.read_text(encoding="utf-8")))
    return {name for name in found if not _NO_CODES.match(name)}


def test_every_code_that_is_raised_is_in_the_registry() -> None:
    parts = {"INVALID_FIELDS_TYPE", "INVALID_FIELDS", "DIRECTIVE_IN_FIELDS_ARG", "UNSUPPORTED_ON_INTERFACE",
             "ON_NON_OBJECT_FIELD", "FIELDS_HAS_ARGS", "FIELDS_MISSING_EXTERNAL",
             "FIELDS_SELECT_INVALID_TYPE"}  # fmt: skip
    unknown = raised() - CODES.keys() - parts
    assert unknown == set()


def test_the_document_is_what_the_registry_says() -> None:
    assert (ROOT / "docs" / "errors.md").read_text(encoding="utf-8") == render_docs()


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_says_what_is_wrong_and_what_to_do(code: str) -> None:
    assert CODES[code].what.endswith(".")
    assert CODES[code].action.endswith(".")


def test_errors_and_hints_share_no_word_but_where_federation_does() -> None:
    assert ERRORS.keys() & HINTS.keys() <= {"CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS"}
