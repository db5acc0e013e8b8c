"""A subgraph as the generator writes it: simple enough to be changed, one field a line so that it shrinks."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.router.composition.composing import HEAD


@dataclass
class Field:
    """A field with its directives."""

    type: str
    directives: list[str] = field(default_factory=list)
    arguments: str = ""


@dataclass
class Type:
    """A type of any kind; members are a union's types or an enum's values.

    ``extends``: written as an extension. The kind "text" is written as its members stand, a line each.
    """

    kind: str
    fields: dict[str, Field] = field(default_factory=dict)
    directives: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    implements: list[str] = field(default_factory=list)
    extends: bool = False


def write_subgraph(types: dict[str, Type]) -> str:
    """Print SDL."""
    return HEAD + "\n".join(_write(name, type_) for name, type_ in types.items()) + "\n"


def _write(name: str, type_: Type) -> str:
    if type_.kind == "text":
        return "\n".join(type_.members)
    kind = f"extend {type_.kind}" if type_.extends else type_.kind
    head = " ".join([kind, name, *(f"implements {i}" for i in type_.implements), *type_.directives])
    if type_.kind == "union":
        return f"{head} = {' | '.join(type_.members)}"
    if type_.kind == "enum":
        return f"{head} {{ {' '.join(type_.members)} }}"
    if type_.kind == "scalar" or not type_.fields:
        return head
    lines = [" ".join([f"  {n}{f.arguments}: {f.type}", *f.directives]) for n, f in type_.fields.items()]
    return "\n".join([head + " {", *lines, "}"])
