"""A compiled executor for Strawberry schemas."""

from .entities import EntityReferences
from .limits import NO_LIMITS, Limits, ResponseTooLarge
from .operations import Operations
from .root_fields import root_fields
from .schema import CompiledExecution

__all__ = [
    "NO_LIMITS",
    "CompiledExecution",
    "EntityReferences",
    "Limits",
    "Operations",
    "ResponseTooLarge",
    "root_fields",
]
