"""``@fromContext`` arguments, as the supergraph carries them."""

from __future__ import annotations

from ..subgraph.build import Checked
from ..subgraph.contexts import split_context
from ..subgraph.model import FieldDef
from ..subgraph.values import as_string
from .merged import ContextArgument


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
