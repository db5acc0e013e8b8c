"""A small process that ends every child group when the supervisor dies without a word (kill -9).

Linux's death signal does it for the children themselves; the guard also ends their children, and does it on
systems without that signal. It is run as a script and imports nothing of ours, so that it stays small.

In, on standard input: lines `+PGID` and `-PGID`. The end of input means that the supervisor is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import time

PATIENCE = 8.0  # seconds; Postgres writes a checkpoint


def main() -> None:
    """Remember the groups until the end of input; then end them."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    _end(groups, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while groups and time.monotonic() < deadline:
        time.sleep(0.1)
        groups = {group for group in groups if _signal(group, 0)}
    _end(groups, signal.SIGKILL)


def _end(groups: set[int], number: int) -> None:
    for group in groups:
        _signal(group, number)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
