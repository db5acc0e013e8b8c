"""Text or bytes → a path that a user named, whatever stands there: the one way to write such files.

A regular file is exchanged in one step, so that who watches it never reads half of it. What is none (a
device, a FIFO, an open descriptor) is opened and written, as POSIX utilities do (XCU 1.1.1.4: to create what
exists is to open it): exchanged, it would be gone, for everybody on the machine.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

# The directory or mount does not allow an exchange (a single file mounted into a container, a folder of
# somebody else's), while the file itself may be written.
NO_EXCHANGE = frozenset((errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY))
PERMISSIONS = 0o7777
MOST_LINKS = 40  # as Linux follows


def write_file(path: Path, content: str | bytes) -> None:
    """Write all of it; links lead to their target, permissions stay.

    Raises OSError: what was there before is still there then, but for what was opened and written.
    """
    data = content.encode() if isinstance(content, str) else content
    target = _target(path)
    if target is None or not _is_exchangeable(target):
        (target or path).write_bytes(data)
        return
    try:
        _exchange(target, data)
    except OSError as error:
        if error.errno not in NO_EXCHANGE or not target.exists():
            raise
        target.write_bytes(data)


def _target(path: Path) -> Path | None:
    """Follow links to what they name, there or not; None for one of the system's to an open descriptor.

    /dev/stdout and what a shell puts for `>(…)` are such; their text names nothing that can be exchanged
    ("pipe:[123]", or a file that somebody else holds open and goes on writing).
    """
    for _ in range(MOST_LINKS):
        if not path.is_symlink():
            return path
        if path.parent.resolve().is_relative_to("/proc"):
            return None
        path = path.parent / path.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def _is_exchangeable(target: Path) -> bool:
    """Tell whether a regular file is there, or nothing; refuse one that is closed to writing."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return True
    if stat.S_ISREG(mode) and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return stat.S_ISREG(mode)


def _exchange(target: Path, data: bytes) -> None:
    # Several processes may write the same file at once (workers that keep what they know).
    unfinished = target.with_name(f".waybill-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with open(unfinished, "xb") as file:
            file.write(data)
        if target.exists():
            _take_over(unfinished, target.stat())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _take_over(unfinished: Path, old: os.stat_result) -> None:
    """Keep owner and permissions; where the owner can't be kept, the caller writes into the file."""
    new = unfinished.stat()
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        os.chown(unfinished, old.st_uid, old.st_gid)
    unfinished.chmod(old.st_mode & PERMISSIONS)
