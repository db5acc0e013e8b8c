"""How a step, a process of its own, tells how far it is: lines `progress DONE TOTAL` on its output."""

from __future__ import annotations

PROGRESS = "progress"


def report_progress(done: int, total: int) -> None:
    """Print one line of progress, inside a step."""
    print(PROGRESS, done, total, flush=True)


def read_progress(line: bytes) -> tuple[int, int] | None:
    """Read such a line; None for any other."""
    match line.split():
        case [word, done, total] if word == PROGRESS.encode():
            return int(done), int(total)
    return None
