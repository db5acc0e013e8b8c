"""Python source being written, and the objects that it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Writer:
    """Lines with indentation, constants under generated names."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = 0
        self._count = 0
        self.names: dict[str, Any] = {}

    def line(self, text: str) -> None:
        """Add a line."""
        self._lines.append("    " * self._indent + text)

    @contextmanager
    def block(self, text: str) -> Iterator[None]:
        """Add a line that opens a block, and indent what follows."""
        self.line(text)
        self._indent += 1
        yield
        self._indent -= 1

    def new(self, prefix: str) -> str:
        """Make up a name that is not in use."""
        self._count += 1
        return f"{prefix}{self._count}"

    def constant(self, prefix: str, value: object) -> str:
        """Make an object available to the source; gives its name."""
        name = self.new(prefix)
        self.names[name] = value
        return name

    @property
    def source(self) -> str:
        """The text so far."""
        return "\n".join(self._lines) + "\n"

    def load(self, function: str) -> Callable[..., Any]:
        """Compile the source and give one of its functions."""
        code = compile(self.source, "<query plan>", "exec")
        exec(code, self.names)
        loaded: Callable[..., Any] = self.names[function]
        return loaded
