"""JSON in and out, exact for big integers.

orjson reads integers beyond 64 bits as floats and refuses to write them; msgspec does both exactly, reads
as fast and writes half as fast: so msgspec reads, and writes only what orjson refuses.
"""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

JsonObject = dict[str, Any]

decode = msgspec.json.Decoder().decode
"""bytes → value; raises msgspec.DecodeError (a ValueError) or RecursionError."""


def encode(value: Any) -> bytes:
    """Write JSON. TypeError or ValueError if the value has no JSON form."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return msgspec.json.encode(value)
