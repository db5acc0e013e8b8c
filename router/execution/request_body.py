"""A fetch → its request body: bytes that are ready, with only the variables' values spliced in.

{"query":"query($a:Int,$representations:[_Any!]!){…}","variables":{ "a":1, "representations":[…] }}
└──────────── BodyTemplate.head ────────────────────────────────┘ └─ render_body() ─────────────┘
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..planning.plan import Fetch
from .json_codec import encode


@dataclass(frozen=True, slots=True)
class BodyTemplate:
    """What is the same in every request of a fetch. ``variables``: name and ``"name":`` as bytes.

    ``representations``: the same of the variable that takes them.
    """

    head: bytes
    variables: tuple[tuple[str, bytes], ...]
    representations: bytes


def body_template(fetch: Fetch) -> BodyTemplate:
    """Prepare the parts of a fetch's body that never change."""
    name = b"" if fetch.operation_name is None else b',"operationName":' + encode(fetch.operation_name)
    head = b'{"query":%s%s,"variables":{' % (encode(fetch.document), name)
    names = (*fetch.variables, *(variable.name for variable in fetch.context_variables))
    keys = tuple((variable, encode(variable) + b":") for variable in names)
    return BodyTemplate(head, keys, encode(fetch.representations) + b":")


def render_body(
    template: BodyTemplate, variables: Mapping[str, bytes], representations: Sequence[bytes] | None
) -> bytes:
    """Splice in the variables that have a value, and the representations of an entity fetch."""
    parts = [key + variables[name] for name, key in template.variables if name in variables]
    if representations is not None:
        parts.append(b"%s[%s]" % (template.representations, b",".join(representations)))
    return b"%s%s}}" % (template.head, b",".join(parts))
