"""What goes wrong between the router and its subgraphs, decided by the request's text: twice the same.

``broken_transport`` spoils whole answers; ``broken_values`` puts nulls and values of the wrong kind into
them, and loses or adds entities.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import blake2b
from random import Random
from typing import Any

from starlette.responses import Response

ODD = {"odd": 1}
"""A value that fits no type but ``Json``."""

BreakAnswer = Callable[[bytes, bytes], Response | None]


def _random(seed: int, request: bytes) -> Random:
    return Random(int.from_bytes(blake2b(b"%d" % seed + request, digest_size=8).digest(), "big"))


def broken_transport(seed: int, odds: float) -> BreakAnswer:
    """Answer some requests with what is no GraphQL response of use."""

    def break_answer(request: bytes, answer: bytes) -> Response | None:
        random = _random(seed, request)
        if random.random() > odds:
            return None
        broken = (
            Response("internal error at 10.0.0.1", 500),
            Response(answer, 503, media_type="application/json"),
            Response(b"", 200),
            Response(answer[: len(answer) // 2], 200),
            Response(b"<html>", 200, media_type="text/html"),
            Response(b'{"data":null,"errors":[{"message":"no"}]}', 200),
            Response(b'{"errors":[{"message":"no","extensions":{"code":"NOPE"}}]}', 400),
            Response(b'{"data":null}', 200),
            Response(b'{"data":[]}', 200),
            Response(b"[]", 200),
        )
        return random.choice(broken)

    return break_answer


def broken_values(seed: int, odds: float) -> BreakAnswer:
    """Spoil single values of some answers."""

    def break_answer(request: bytes, answer: bytes) -> Response | None:
        random = _random(seed, request)
        payload = json.loads(answer)
        if random.random() > 0.5 or not isinstance(payload.get("data"), dict):
            return None
        data = payload["data"]
        payload["data"] = {
            key: _miscounted(random, key, _spoilt(random, data[key], odds), odds) for key in data
        }
        return Response(json.dumps(payload), media_type="application/json")

    return break_answer


def _miscounted(random: Random, key: str, value: Any, odds: float) -> Any:
    """Lose or add an entity."""
    are_entities = isinstance(value, list) and re.fullmatch("_entities|e[0-9]+", key)
    if are_entities and random.random() < odds:
        return random.choice((value[1:], [*value, None], None, []))
    return value


def _spoilt(random: Random, value: Any, odds: float) -> Any:
    if value is not None and random.random() < odds:
        return random.choice((None, dict(ODD)))
    if isinstance(value, dict):
        return {key: _spoilt(random, item, odds) for key, item in value.items()}
    if isinstance(value, list):
        return [_spoilt(random, item, odds) for item in value]
    return value
