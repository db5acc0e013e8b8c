"""Constant values of SDL: their text, their Python form, and whether a type accepts them."""

from __future__ import annotations

import json
from typing import Any

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)


def value_text(node: ValueNode) -> str:
    """Print a value on one line."""
    match node:
        case StringValueNode(value=value):
            return json.dumps(value, ensure_ascii=False)
        case ListValueNode(values=values):
            return "[" + ", ".join(map(value_text, values)) + "]"
        case ObjectValueNode(fields=fields):
            return "{" + ", ".join(f"{f.name.value}: {value_text(f.value)}" for f in fields) + "}"
        case NullValueNode():
            return "null"
        case BooleanValueNode(value=value):
            return "true" if value else "false"
        case VariableNode(name=name):
            return "$" + name.value
        case IntValueNode() | FloatValueNode() | EnumValueNode():
            return node.value
    raise TypeError(f"not a value: {node!r}")


def python_value(node: ValueNode) -> Any:
    """Give the value in Python; an enum value becomes its name."""
    match node:
        case StringValueNode() | BooleanValueNode() | EnumValueNode():
            return node.value
        case IntValueNode(value=value):
            return integer(value)
        case FloatValueNode(value=value):
            return float(value)
        case ListValueNode(values=values):
            return [python_value(v) for v in values]
        case ObjectValueNode(fields=fields):
            return {f.name.value: python_value(f.value) for f in fields}
    return None


def integer(text: str) -> int:
    """Read an integer; one of more than 20 digits, which Python may refuse to read, becomes a huge one."""
    if len(text) <= 20:
        return int(text)
    return -(2**63) if text.startswith("-") else 2**63


def string(text: str) -> StringValueNode:
    """Make a string value."""
    return StringValueNode(value=text, block=False)


def as_string(node: ValueNode | None) -> str | None:
    """Give a string value's content; None for anything else."""
    return node.value if isinstance(node, StringValueNode) else None
