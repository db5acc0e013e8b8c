"""The generic, walking execution of a plan: an operation's first sight, and the compiler's oracle."""

from .interpret import interpret_plan

__all__ = ["interpret_plan"]
