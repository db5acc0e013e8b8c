"""Client operations and field sets → normalised selections.

Enter: a parsed document, or a field set of ``@key``/``@requires``/``@provides``. Leave: fields and inline
fragments only, with nothing conditional left: named fragments expanded, duplicates merged, ``@skip`` and
``@include`` decided (docs/adr/0001), the client's response order kept.
"""

from .errors import OperationError
from .free_name import free_name
from .normalise import normalise
from .read_field_set import FieldSetError, read_field_set
from .read_operation import Operation, VariableDefinition, read_operation
from .selections import Deferral, Field, Fragment, Selection, Selections, print_selections
from .split_deferred import DeferredSelections, split_deferred

__all__ = [
    "Deferral",
    "DeferredSelections",
    "Field",
    "FieldSetError",
    "Fragment",
    "Operation",
    "OperationError",
    "Selection",
    "Selections",
    "VariableDefinition",
    "free_name",
    "normalise",
    "print_selections",
    "read_field_set",
    "read_operation",
    "split_deferred",
]
