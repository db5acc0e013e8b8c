"""JSON in and out, exact for big integers.

orjson reads integers beyond 64 bits as floats and refuses to write them; msgspec does both exactly, reads
as fast and writes half as fast: so msgspec reads, and writes only what orjson refuses.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import orjson

JsonObject = dict[str, Any]

decode = msgspec.json.Decoder().decode
"""bytes → value; raises msgspec.DecodeError (a ValueError) or RecursionError."""


BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""A pair of surrogates, half of one (the group), or any other escape."""


def decode_leniently(text: bytes) -> Any:
    """Decode what some servers write and strict readers refuse; raises as ``decode`` does.

    A byte order mark is skipped (RFC 8259 §8.1). Half a surrogate pair, as in a string that was cut within an
    emoji, becomes U+FFFD: no Unicode text can hold it.
    """
    try:
        return decode(text.removeprefix(BYTE_ORDER_MARK))
    except ValueError:
        whole = _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], text)
        if whole == text:
            raise
        return decode(whole.removeprefix(BYTE_ORDER_MARK))


def encode(value: Any) -> bytes:
    """Write JSON. TypeError or ValueError if the value has no JSON form."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):
        return msgspec.json.encode(value)


encode_structs = msgspec.json.Encoder().encode
"""Write JSON in which objects may be structs."""
