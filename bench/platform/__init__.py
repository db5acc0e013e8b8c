"""``python -m bench platform``: what the whole platform spends on a request, and what one machine carries.

running.py (`waybill up`) ─► people.py (who asks) ─► scenarios.py (what) ─► load.py (how many at once)
                         └─► meters.py (CPU by process, SQL statements) ─► measure.py ─► tables.py
"""

from .command import command

__all__ = ["command"]
