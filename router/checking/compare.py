"""Two API schemas → all that changed between them, the worst first; the comparisons in order."""

from __future__ import annotations

from .changes import Change
from .compare_access import compare_access
from .compare_costs import compare_costs
from .compare_directives import compare_directives
from .compare_types import compare_roots, compare_types
from .read_api import Api

COMPARISONS = (compare_roots, compare_types, compare_directives, compare_access, compare_costs)


def compare(old: Api, new: Api) -> list[Change]:
    """List the changes, by severity, then by coordinate."""
    found = [change for comparison in COMPARISONS for change in comparison(old, new)]
    return sorted(found, key=lambda c: (-c.severity, c.coordinate, c.kind))
