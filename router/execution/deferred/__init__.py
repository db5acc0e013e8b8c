"""``@defer``: a response in parts, each sent when the fetches that it waits for have ended.

DeferredRun ─ initial ──> Initial ┐
      └────── updates ──> Update  ┴ IncrementalFormat ──> bytes
"""

from .formats import IncrementalSpec, incremental_format
from .run_deferred import DeferredRun, Initial

__all__ = ["DeferredRun", "IncrementalSpec", "Initial", "incremental_format"]
