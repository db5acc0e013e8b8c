"""``python -m bench subgraphs``: one Strawberry schema's operations, run by each executor in turn.

workloads.py (schema, data, operations) ─► contenders.py (who runs them) ─► measure.py ─► the table
"""

from .command import command

__all__ = ["command"]
