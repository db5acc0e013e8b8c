"""How a check's report is shown: text for people, JSON for programs, annotations for GitHub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TextIO

import orjson

from ..checking import Change, CheckReport, Finding, Severity, Unreadable
from .compose_output import Format
from .github import annotation

Writer = Callable[[CheckReport, str, bool, TextIO], None]

# A change that touches a hundred places is understood from the first ones.
SHOWN_PLACES = 3


def write_text(report: CheckReport, new: str, everything: bool, out: TextIO) -> None:
    """Write changes by severity, then the operations that they touch."""
    for change in report.changes:
        if everything or change.severity > Severity.safe:
            out.write(f"{change.severity.name:9}  {change.kind}  {change.coordinate}: {change.message}\n")
    for finding in report.findings:
        out.write(f"{_verdict(finding)}  {finding.operation}: {finding.message}\n")
        for line, column in finding.places[:SHOWN_PLACES]:
            out.write(f"    at {finding.file}:{line}:{column}\n")
        if len(finding.places) > SHOWN_PLACES:
            out.write(f"    and at {len(finding.places) - SHOWN_PLACES} more places\n")
    for unread in report.unread:
        at = ":".join(map(str, [unread.file, *(unread.place or ())]))
        out.write(f"not judged: it is invalid with the old schema too: {unread.message}\n    at {at}\n")
    out.write(_summary(report) + "\n")


def _verdict(finding: Finding) -> str:
    if finding.breaks:
        return "breaks"
    breaking = finding.change is not None and finding.change.severity == Severity.breaking
    return "may break" if breaking else "touched"


def _summary(report: CheckReport) -> str:
    counts = {s: sum(c.severity == s for c in report.changes) for s in reversed(Severity)}
    text = ", ".join(f"{count} {severity.name}" for severity, count in counts.items()) + " changes"
    if report.operations_given:
        broken = {(f.file, f.operation) for f in report.findings if f.breaks}
        text += f"; {len(broken)} operation{'' if len(broken) == 1 else 's'} broken"
    return text + ("." if report.ok else ": not compatible.")


def write_json(report: CheckReport, new: str, everything: bool, out: TextIO) -> None:
    """Write everything."""
    document = {
        "ok": report.ok,
        "changes": [_change_json(c) for c in report.changes],
        "operations": [_finding_json(f) for f in report.findings],
        "unread": [_unread_json(u) for u in report.unread],
    }
    out.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


def _change_json(change: Change) -> dict[str, Any]:
    line, column = change.place or (None, None)
    return {
        "kind": change.kind,
        "severity": change.severity.name,
        "coordinate": change.coordinate,
        "message": change.message,
        "line": line,
        "column": column,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "operation": finding.operation,
        "locations": [{"line": line, "column": column} for line, column in finding.places],
        "message": finding.message,
        "kind": finding.change.kind if finding.change else None,
        "coordinate": finding.change.coordinate if finding.change else None,
        "verdict": _verdict(finding),
    }


def _unread_json(unread: Unreadable) -> dict[str, Any]:
    line, column = unread.place or (None, None)
    return {"file": unread.file, "message": unread.message, "line": line, "column": column}


def write_github(report: CheckReport, new: str, everything: bool, out: TextIO) -> None:
    """Annotate the new schema where it changed, and the operations where they meet a change."""
    levels = {Severity.breaking: "error", Severity.dangerous: "warning", Severity.safe: "notice"}
    for change in report.changes:
        if change.severity > Severity.safe:
            level = "warning" if report.ok else levels[change.severity]
            out.write(annotation(level, change.kind, change.message, new, *(change.place or ())))
    for finding in report.findings:
        kind = finding.change.kind if finding.change else "INVALID_OPERATION"
        level = "error" if finding.breaks else "warning"
        text = f"{finding.operation} {_verdict(finding)}: {finding.message}"
        out.write(annotation(level, kind, text, finding.file, *(finding.places[:1] or ((),))[0]))
    for unread in report.unread:
        text = f"Not judged, invalid with the old schema too: {unread.message}"
        out.write(annotation("warning", "INVALID_OPERATION", text, unread.file, *(unread.place or ())))


WRITERS: Mapping[Format, Writer] = {
    Format.text: write_text,
    Format.json: write_json,
    Format.github: write_github,
}
