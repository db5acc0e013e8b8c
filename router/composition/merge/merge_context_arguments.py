"""``@fromContext`` arguments, as the supergraph carries them."""

from __future__ import annotations

import re

from ..subgraph.build import Checked
from ..subgraph.model import FieldDef
from ..subgraph.values import as_string
from .merged import ContextArgument

_FIELD = re.compile(r"\s*\$\s*([A-Za-z_]\w*)(.*)\Z", re.DOTALL)


def split_context(text: str) -> tuple[str, str] | None:
    """Split ``$context { prop }`` into the context's name and the selection; None if it is no such thing."""
    match = _FIELD.match(text)
    return (match[1], match[2]) if match else None


def context_arguments(checked: Checked, field: FieldDef) -> tuple[ContextArgument, ...]:
    """Give the field's arguments that are filled from a context."""
    found = []
    for argument in field.arguments.values():
        applied = argument.first("fromContext")
        split = split_context(as_string(applied.args.get("field")) or "") if applied else None
        if split:
            context = f"{checked.subgraph.name}__{split[0]}"
            found.append(ContextArgument(context, argument.name, argument.type, split[1]))
    return tuple(found)
