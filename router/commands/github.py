"""GitHub's workflow commands: lines that Actions shows as annotations beside the code."""

from __future__ import annotations


def annotation(
    level: str, title: str, text: str, file: str | None = None, line: int = 0, column: int = 0
) -> str:
    """Write one; ``level`` is error, warning or notice; lines and columns count from 1 (0: none)."""
    place = [f"file={escape(file)}"] if file else []
    place += [f"line={line}"] if file and line else []
    place += [f"col={column}"] if file and line and column else []
    return f"::{level} {','.join([*place, f'title={escape(title)}'])}::{escape_text(text)}\n"


def escape_text(text: str) -> str:
    """Escape a message as GitHub's runner expects."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape(text: str) -> str:
    """Escape a property's value, where colons and commas mean something too."""
    return escape_text(text).replace(":", "%3A").replace(",", "%2C")
