"""The client's headers → those that subgraphs get.

Whatever a subgraph's answer may depend on comes by them: they are a part of what answers in flight are shared
by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ..execution.transport import NO_HEADERS, Headers

FORWARDED, FORWARDED_HOST = "x-forwarded-for", "x-forwarded-host"


class ForwardHeaders:
    """Picks headers by name (lower case), in the settings' order.

    `x-forwarded-host`, where it is one of them, is the host that the client has asked for; a proxy before us
    may have said so already.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._tells_host = FORWARDED_HOST in names
        self._are_none_in = frozenset(names).isdisjoint

    def __call__(self, headers: Mapping[str, str]) -> Headers:
        """Those of a client's headers that are forwarded, ready to send."""
        headers = self._with_host(headers)
        if self._are_none_in(headers):
            return NO_HEADERS
        return _ready(tuple([(name, headers[name]) for name in self._names if name in headers]))

    def and_client(self, headers: Mapping[str, str], address: str | None) -> Headers:
        """The same, with the client's address in place of what it may have written itself."""
        headers = self._with_host(headers)
        items = [(name, headers[name]) for name in self._names if name in headers and name != FORWARDED]
        if address is not None:
            items.append((FORWARDED, address))
        return _ready(tuple(items)) if items else NO_HEADERS

    def _with_host(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        if not self._tells_host or FORWARDED_HOST in headers or "host" not in headers:
            return headers
        return {**headers, FORWARDED_HOST: headers["host"]}


@lru_cache(maxsize=1024)
def _ready(items: tuple[tuple[str, str], ...]) -> Headers:
    """A caller's headers are the same from request to request, most often."""
    return Headers.of(items)
