"""Collects a statement's parameters while its text is put together: values never enter the text."""

from __future__ import annotations


class Parameters:
    """`add(value)` answers with the parameter's name: $1, $2, …"""

    def __init__(self) -> None:
        self.values: list[object] = []

    def add(self, value: object) -> str:
        """Take a value; return what stands for it."""
        self.values.append(value)
        return f"${len(self.values)}"
