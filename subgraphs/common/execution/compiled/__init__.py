"""A compiled executor for Strawberry schemas."""

from .entities import EntityReferences
from .operations import Operations
from .schema import CompiledExecution

__all__ = ["CompiledExecution", "EntityReferences", "Operations"]
