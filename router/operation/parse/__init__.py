"""Text → a document of operations, fast; where it has no answer, graphql-core's parser has."""

from .parse_operations import parse_operations

__all__ = ["parse_operations"]
