"""Changes what `asyncio.current_task()` gives, as asyncio's own eager tasks do (Python 3.12 and later)."""

from __future__ import annotations

import asyncio
from asyncio import tasks
from typing import Any


def _swap_by_leaving(loop: asyncio.AbstractEventLoop, task: Any) -> Any:
    """Python 3.11: the same of two steps."""
    before = asyncio.current_task(loop)
    if before is not None:
        tasks._leave_task(loop, before)
    if task is not None:
        tasks._enter_task(loop, task)
    return before


# (loop, task) → the task that was current before.
swap_current_task: Any = getattr(tasks, "_swap_current_task", _swap_by_leaving)
