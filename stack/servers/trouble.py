"""What may be wrong with a server or a setting, as coded errors that name it and say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Every code with its meaning; docs/production.md lists them from here."""

    meaning: str
    fix: str

    def __new__(cls, value: str, meaning: str, fix: str = "") -> Code:
        """A code that knows what it means, and what is mostly done about it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning, member.fix = meaning, fix
        return member

    UNREACHABLE = (
        "SERVER_UNREACHABLE",
        "Nothing answers at the address within the deadline.",
        "Start the server, or correct the setting that the message names; the deadline is "
        "WAYBILL_SERVERS_SECONDS.",
    )
    TOO_OLD = (
        "SERVER_TOO_OLD",
        "The server answers, but its version lacks what the platform needs.",
        "Use the version that the message names; docs/production.md lists them.",
    )
    TOO_NEW = (
        "SERVER_TOO_NEW",
        "The server answers, but its version refuses our client.",
        "Use the version that the message names.",
    )
    REFUSES = (
        "SERVER_REFUSES",
        "The server answers, but refuses the user, the password or the database.",
        "Correct them in the setting that the message names.",
    )
    POOLER = (
        "POOLER_REFUSES",
        "PgBouncer stands before the server and does not take our settings.",
        "Set `ignore_startup_parameters` as deploy/pgbouncer/pgbouncer.ini does.",
    )
    READ_ONLY = (
        "SERVER_READ_ONLY",
        "The server is a replica, which takes no writes.",
        "Name the primary, or promote this one.",
    )
    EXTENSION = (
        "EXTENSION_MISSING",
        "The database lacks an extension that our role cannot add.",
        "Let a superuser run the statement that the message has.",
    )
    MISPLACED = (
        "SHARD_MISPLACED",
        "The database is another shard's, or of another number of shards.",
        "Name the same databases in the same order in WAYBILL_SHARDS.",
    )
    TABLES = (
        "TABLES_MISSING",
        "A shard's tables are missing or older than this version needs.",
        "Run `waybill migrate`.",
    )
    HELD_BACK = (
        "ROLE_HELD_BACK",
        "Row-level security keeps from a process what it needs of all tenants.",
        "Name a role with BYPASSRLS in WAYBILL_SYSTEM_SHARDS.",
    )
    ONE_WALL = (
        "ROW_SECURITY_OFF",
        "The role of WAYBILL_SHARDS sees all tenants: only our code keeps them apart.",
        "Give WAYBILL_SHARDS, WAYBILL_SYSTEM_SHARDS and WAYBILL_OWNER_SHARDS a role each "
        "(docs/production.md).",
    )
    NOT_READY = (
        "PROCESS_NOT_READY",
        "A process of `waybill up` ended at its start, or gets no nearer to being ready.",
        "Its log, of which the message has the end, says why. A slow machine may need WAYBILL_READY_SECONDS.",
    )
    CLUSTER = (
        "CLUSTER_NOT_MADE",
        "PostgreSQL's `initdb` failed, so that there is no embedded database.",
        "Mend what `initdb` says, or give servers of your own: --postgres, --redis.",
    )
    HOME = (
        "HOME_UNUSABLE",
        "The directory of the data cannot be made or written.",
        "Choose another one with --home or WAYBILL_HOME.",
    )
    DISK = (
        "DISK_FULL",
        "Too little room is left for the data of this machine.",
        "Make room, choose another directory (--home), or lower WAYBILL_DISK_MIN_MB.",
    )
    SETTING = (
        "SETTING_INVALID",
        "A setting is missing or cannot be read.",
        "Correct the variable that the message names; docs/settings.md lists every setting.",
    )
    UNKNOWN = (
        "SETTING_UNKNOWN",
        "The environment has a `WAYBILL_…` that no part of the platform reads.",
        "Correct its name; docs/settings.md lists every setting.",
    )


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
