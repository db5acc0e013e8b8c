"""What a new schema breaks: API schema against API schema, and the operations that meet the difference.

Enter: SDL of the old and the new graph, and operations. Leaves: a ``CheckReport``. Pure functions, no I/O.
"""

from .changes import SEVERITIES, Change, Severity
from .check import CheckReport, check
from .check_operations import Finding, OperationFile, Unreadable
from .compare import compare
from .read_api import Api, ApiError, read_api

__all__ = [
    "SEVERITIES",
    "Api",
    "ApiError",
    "Change",
    "CheckReport",
    "Finding",
    "OperationFile",
    "Severity",
    "Unreadable",
    "check",
    "compare",
    "read_api",
]
