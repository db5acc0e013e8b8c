"""The one registry of codes: what `waybill explain` says and docs/errors.md lists.

Codes are Federation 2's own wherever it has one, so that what people know, and search for, holds here.
"""

from __future__ import annotations

from dataclasses import dataclass

from .code_tables import ERROR_TABLE, HINT_TABLE


@dataclass(frozen=True, slots=True)
class Code:
    """A code: ``what`` is wrong (or worth knowing), why it matters, and what to do."""

    name: str
    what: str
    action: str
    kind: str = "error"


def _table(kind: str, text: str) -> dict[str, Code]:
    """Read ``CODE | what | action`` lines."""
    codes = {}
    for line in text.strip().splitlines():
        name, what, action = (part.strip() for part in line.split("|"))
        codes[name] = Code(name, what, action, kind)
    return codes


def render_docs() -> str:
    """Write docs/errors.md."""
    sections = [
        "# Errors and hints of composition\n\n"
        "Generated from `router/composition/codes.py` by `waybill explain --markdown`; do not edit.\n"
    ]
    for title, codes in (("Errors", ERRORS), ("Hints", HINTS)):
        rows = [f"| `{c.name}` | {c.what} | {c.action} |" for _, c in sorted(codes.items())]
        sections.append(
            "\n".join([f"## {title}\n", "| Code | What it means | What to do |", "|---|---|---|", *rows])
            + "\n"
        )
    return "\n".join(sections)


ERRORS = _table("error", ERROR_TABLE)
HINTS = _table("hint", HINT_TABLE)
CODES = HINTS | ERRORS
