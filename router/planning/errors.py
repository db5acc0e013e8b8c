"""Why an operation could not be planned."""

from __future__ import annotations


class PlanningError(Exception):
    """No plan: ``code`` is for clients, ``message`` says why.

    PLANNING_BUDGET_EXCEEDED: the operation is too complex. UNREACHABLE_FIELD: the supergraph lets no subgraph
    answer a field (a composer would have refused it).
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
