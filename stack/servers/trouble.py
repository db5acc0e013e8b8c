"""What may be wrong with a server or a setting, as coded errors that name it and say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Every code with its meaning; docs/production.md lists them from here."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Code:
        """A code that knows what it means."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    UNREACHABLE = "SERVER_UNREACHABLE", "Nothing answers at the address within the deadline."
    TOO_OLD = "SERVER_TOO_OLD", "The server answers, but its version lacks what the platform needs."
    TOO_NEW = "SERVER_TOO_NEW", "The server answers, but its version refuses our client."
    REFUSES = "SERVER_REFUSES", "The server answers, but refuses the user, the password or the database."
    POOLER = "POOLER_REFUSES", "PgBouncer stands before the server and does not take our settings."
    READ_ONLY = "SERVER_READ_ONLY", "The server is a replica, which takes no writes."
    EXTENSION = "EXTENSION_MISSING", "The database lacks an extension that our role cannot add."
    MISPLACED = "SHARD_MISPLACED", "The database is another shard's, or of another number of shards."
    TABLES = "TABLES_MISSING", "A shard's tables are missing or older than this version needs."
    HOME = "HOME_UNUSABLE", "The directory of the data cannot be made or written."
    DISK = "DISK_FULL", "Too little room is left for the data of this machine."
    SETTING = "SETTING_INVALID", "A setting is missing or cannot be read."


@dataclass(frozen=True, slots=True)
class Trouble(Exception):
    """One problem; `passing` ones may go away by waiting (a server that is still starting)."""

    code: Code
    problem: str
    fix: str
    passing: bool = False

    def __str__(self) -> str:
        return f"{self.code.value}: {self.problem}. {self.fix}"


class Troubles(Exception):
    """All that is wrong, at once."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        self.troubles = tuple(troubles)
        super().__init__("\n         ".join(map(str, self.troubles)))
