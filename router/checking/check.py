"""Two schemas and the operations of clients → what breaks; the only assembler of this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .changes import Change, Severity
from .check_operations import Finding, OperationFile, Unreadable, check_operations
from .compare import compare
from .read_api import Api


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All changes, the worst first; with operations, what each meets. ``unread``: invalid before already."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unreadable, ...] = ()
    operations_given: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing breaks: no operation given, or if none are given, no operation at all."""
        if self.operations_given:
            return not any(finding.breaks for finding in self.findings)
        return not any(change.severity == Severity.breaking for change in self.changes)


def check(old: Api, new: Api, operations: Sequence[OperationFile] = ()) -> CheckReport:
    """Compare two API schemas, and judge the operations by the difference."""
    changes = compare(old, new)
    found = list(check_operations(operations, changes, old, new))
    return CheckReport(
        tuple(changes),
        tuple(f for f in found if isinstance(f, Finding)),
        tuple(f for f in found if isinstance(f, Unreadable)),
        bool(operations),
    )
