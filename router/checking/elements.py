"""A coordinate → the element of the API schema that it names."""

from __future__ import annotations

import re
from typing import Any

from .read_api import Api

_COORDINATE = re.compile(r"(\w+)(?:\.(\w+))?(?:\((\w+):\))?\Z")


def element_at(coordinate: str, api: Api) -> Any:
    """Find the type, field, input field or argument; None where clients see none."""
    match = _COORDINATE.match(coordinate)
    if match is None:
        return None
    name, field_name, argument = match.groups()
    type_ = api.schema.type_map.get(name)
    if type_ is None or field_name is None:
        return type_
    field = getattr(type_, "fields", {}).get(field_name)
    return field if field is None or argument is None else field.args.get(argument)
