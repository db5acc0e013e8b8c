"""How an operation is carried out, behind one seam: `Executor`.

Today graphql-core walks Strawberry's schema with parse and validation remembered by text; a compiled executor
can take its place without anyone noticing but the clock.
"""

from .executor import Executor, Operation, StrawberryExecutor
from .federated_schema import FederatedSchema
from .present_error import present_error

__all__ = ["Executor", "FederatedSchema", "Operation", "StrawberryExecutor", "present_error"]
