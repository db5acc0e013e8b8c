"""Where one machine's platform keeps its data, keys, logs and state: a directory of the user's choice.

Postgres refuses to run as root. Started by root it runs as another user, who often cannot enter the home
(root's own directories are closed): its files then live in the system's state directory and the home holds
a link to them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .servers.trouble import Code, Trouble, Troubles

STATE_DIRECTORIES = (Path("/var/lib"), Path("/var/tmp"), Path(tempfile.gettempdir()))


@dataclass(frozen=True, slots=True)
class Home:
    """The directory; every path in it is named here."""

    root: Path

    @property
    def logs(self) -> Path:
        """Each process's log."""
        return self.root / "logs"

    @property
    def postgres(self) -> Path:
        """The link to (or directory of) what Postgres's user must reach."""
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only file."""
        return self.root / "valkey"

    @property
    def lock(self) -> Path:
        """Held while a platform runs on this home."""
        return self.root / "lock"

    @property
    def state(self) -> Path:
        """What the running platform says about itself, as JSON."""
        return self.root / "state.json"

    @property
    def demo_plan(self) -> Path:
        """What the demo data was made from."""
        return self.root / "demo.json"

    @property
    def keys(self) -> Path:
        """Secrets made at the first start."""
        return self.root / "keys"

    @property
    def sockets(self) -> Path:
        """Where composed files and the like of one run stand."""
        return self.root / "run"

    def create(self) -> None:
        """Make the directories; only the user may enter, but for Postgres's own. Raises Troubles."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for directory in (self.logs, self.valkey, self.keys, self.sockets):
                directory.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):  # a directory of somebody else's may be there already
                pass
        except OSError as error:
            problem = f"{self.root} cannot hold the data: {error.strerror}"
            fix = "Choose another directory with --home or WAYBILL_HOME."
            raise Troubles([Trouble(Code.HOME, problem, fix)]) from error

    def reachable(self, account: Account | None) -> Path:
        """Return a directory which that account may write, making it the first time."""
        if not self.postgres.exists():
            self.postgres.unlink(missing_ok=True)  # a link to what somebody deleted
            self._make_reachable(account)
        return self.postgres.resolve()

    def _make_reachable(self, account: Account | None) -> None:
        directory = self.postgres
        if account and not account.can_enter(self.root):
            directory = _outside(self.root)
            directory.mkdir(parents=True, exist_ok=True)
            self.postgres.symlink_to(directory)
        directory.mkdir(exist_ok=True)
        if account:
            os.chown(directory, account.uid, account.gid)
        directory.chmod(0o700)

    def delete(self) -> None:
        """Delete everything."""
        if self.postgres.is_symlink():
            shutil.rmtree(self.postgres.resolve(), ignore_errors=True)
        shutil.rmtree(self.root)


def _outside(root: Path) -> Path:
    name = f"waybill-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:12]}"
    return next(base for base in STATE_DIRECTORIES if os.access(base, os.W_OK)) / name
