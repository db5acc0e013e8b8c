"""A plan → generated Python: typed decoders, straight-line gathering, merging and projection.

The generated code is optimistic: it is written for answers that fit the schema. Whatever does not fit (an
error, a wrong type, a null where none is allowed) makes the run *irregular*, and from there on the
interpreter's functions take over, on the same data. So both give the same responses.
"""

from .compile_plan import compile_plan

__all__ = ["compile_plan"]
