"""A compiled executor for Strawberry schemas."""

from .operations import Operations

__all__ = ["Operations"]
