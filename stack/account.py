"""Whom a server that refuses to run as root runs as, when root starts it."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"
OTHERS_MAY_ENTER = 0o001


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system, by numbers."""

    uid: int
    gid: int

    def can_enter(self, directory: Path) -> bool:
        """Tell whether the account may pass every directory down to this one."""
        path = directory.resolve()
        return all(step.stat().st_mode & OTHERS_MAY_ENTER for step in (path, *path.parents))


def unprivileged() -> Account | None:
    """Return the account to change to, or None when the present user will do."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid)
