"""A plan → generated Python: typed decoders, straight-line gathering, merging and projection.

The generated code is optimistic: it is written for answers that fit the schema. What does not fit (an error,
a wrong type, a null where none is allowed) raises, and the run starts over in the interpreter: docs/adr/0010.
"""

from .compile_plan import compile_plan

__all__ = ["compile_plan"]
