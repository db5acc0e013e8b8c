"""The client's variables → refused, if one is nested more deeply than the limit allows.

All that is done with them after that goes down by a call a level: coercion, writing them, uploads' places.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..execution.errors import ErrorCode
from .rejection import reject


def check_depth(variables: Mapping[str, Any], levels: int) -> None:
    """Raise Rejection (BAD_USER_INPUT) if lists and objects stand inside one another at more levels."""
    for name, value in variables.items():
        if (type(value) is dict or type(value) is list) and is_deeper(value, levels):
            message = f"Variable '${name}' is nested too deeply: {levels} levels are allowed."
            raise reject(ErrorCode.BAD_USER_INPUT, message)


def is_deeper(value: Any, levels: int) -> bool:
    """Whether a list or object of JSON has more levels of such; looked at level by level."""
    level = [value]
    for _ in range(levels):
        level = [
            item
            for each in level
            for item in (each.values() if type(each) is dict else each)
            if type(item) is dict or type(item) is list
        ]
        if not level:
            return False
    return True
