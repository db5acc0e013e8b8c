"""The view of a start: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

PLAIN_PROGRESS_EVERY = 5.0


class View(Protocol):
    """Steps begin, make progress and are done; notes come in between."""

    def begin(self, step: str) -> None:
        """Show that a step runs."""

    def progress(self, step: str, done: int, total: int) -> None:
        """Show how far it is."""

    def done(self, step: str, result: str) -> None:
        """Show that it is done."""

    def note(self, text: str) -> None:
        """Print a line that stays."""

    def close(self) -> None:
        """Stop drawing."""


def make_view() -> View:
    """Choose by where the output goes."""
    return LiveView() if sys.stdout.isatty() else PlainView()


class PlainView:
    """One line when a step is done, and now and then one of a long step's progress."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._said: dict[str, float] = {}

    def begin(self, step: str) -> None:
        """Remember when it began."""
        self._begun[step] = self._said[step] = time.monotonic()

    def progress(self, step: str, done: int, total: int) -> None:
        """Say how far it is, every few seconds."""
        if time.monotonic() - self._said[step] > PLAIN_PROGRESS_EVERY:
            self._said[step] = time.monotonic()
            self.note(f"{step}: {done:,} of {total:,}")

    def done(self, step: str, result: str) -> None:
        """Say that it is done."""
        self.note(f"{step}: {result} ({time.monotonic() - self._begun[step]:.1f} s)")

    def note(self, text: str) -> None:
        """Print it."""
        print(text, flush=True)

    def close(self) -> None:
        """Do nothing."""


class LiveView:
    """A line for each step, with a spinner, a bar and the time."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[result]:<24}"),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._bars.start()

    def begin(self, step: str) -> None:
        """Add its line."""
        self._tasks[step] = self._bars.add_task(step, total=None, result="")

    def progress(self, step: str, done: int, total: int) -> None:
        """Fill its bar."""
        self._bars.update(self._tasks[step], completed=done, total=total, result=f"{done:,} of {total:,}")

    def done(self, step: str, result: str) -> None:
        """Tick it off."""
        self._bars.update(self._tasks[step], total=1, completed=1, result=result)

    def note(self, text: str) -> None:
        """Print above the bars."""
        self._console.print(text, markup=False)

    def close(self) -> None:
        """Leave the lines as they are."""
        self._bars.stop()
