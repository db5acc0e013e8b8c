"""How an operation is carried out, behind one seam: `Executor`.

`CompiledExecutor` runs operations as generated Python (see `compiled/README.md`, a package of its own),
`StrawberryExecutor` lets graphql-core walk Strawberry's schema. They give the same answers; the setting
`execution` chooses.
"""

from .compiled import Limits, root_fields
from .executor import CompiledExecutor, Executor, Operation, StrawberryExecutor
from .federated_schema import FederatedSchema
from .present_error import present_error

__all__ = [
    "CompiledExecutor",
    "Executor",
    "FederatedSchema",
    "Limits",
    "Operation",
    "StrawberryExecutor",
    "present_error",
    "root_fields",
]
