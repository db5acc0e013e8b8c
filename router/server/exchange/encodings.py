"""Content encodings both ways: request bodies in, response bodies out (gzip, deflate, zstd).

A decompressed body is held to the same limit as a plain one, so that a small body cannot become a
large one.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import zstandard

from ...errors import RequestError
from ...settings import ServerSettings

Header: TypeAlias = tuple[bytes, bytes]

GZIP_WINDOW = 16 + zlib.MAX_WBITS
# Level 1: of an 87 kB response it makes about 12 kB in a millisecond; higher levels cost more than they save.
LEVEL = 1
# One is usual, two are an accident; a body can be made that decompresses to itself forever.
MOST_ENCODINGS = 3
# Each member costs a copy of what follows it.
MOST_MEMBERS = 16


def decompress(body: bytes, encodings: str, limit: int) -> bytes:
    """Undo ``Content-Encoding`` (the last one named was applied last)."""
    names = encodings.lower().split(",")
    if len(names) > MOST_ENCODINGS:
        raise RequestError("INVALID_ENCODING", f"At most {MOST_ENCODINGS} encodings are undone.")
    for name in reversed(names):
        body = _decoder(name.strip())(body, limit)
    return body


def _decoder(name: str) -> Callable[[bytes, int], bytes]:
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise RequestError(
            "UNSUPPORTED_ENCODING",
            f"Content-Encoding {name!r} is not one of gzip, deflate, zstd.",
            ((b"accept-encoding", b"gzip, deflate, zstd"),),
        )
    return decoder


def _identity(body: bytes, limit: int) -> bytes:
    return body


def _gunzip(body: bytes, limit: int) -> bytes:
    """One member after the other, as RFC 1952 §2.2 has it."""
    plain = b""
    for _ in range(MOST_MEMBERS):
        member, body = _inflate_window(body, limit - len(plain), GZIP_WINDOW, limit)
        plain += member
        if not body:
            return plain
    raise _invalid()


def _inflate(body: bytes, limit: int) -> bytes:
    """``deflate`` is zlib's format; some clients send the raw stream, without its two-byte header."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    plain, rest = _inflate_window(body, limit, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, limit)
    if rest:
        raise _invalid()
    return plain


def _inflate_window(body: bytes, room: int, window: int, limit: int) -> tuple[bytes, bytes]:
    """One compressed stream into at most ``room`` bytes, and what comes behind it."""
    stream = zlib.decompressobj(window)
    try:
        plain = stream.decompress(body, room + 1)
    except zlib.error as error:
        raise _invalid() from error
    if len(plain) > room:
        raise too_large(limit)
    if not stream.eof:
        raise _invalid()
    return plain, stream.unused_data


def _unzstd(body: bytes, limit: int) -> bytes:
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 23)
    try:
        with decompressor.stream_reader(body, read_across_frames=True) as stream:
            plain = stream.read(limit + 1)
    except zstandard.ZstdError as error:
        raise _invalid() from error
    if len(plain) > limit:
        raise too_large(limit)
    if not plain:
        raise _invalid()
    return plain


def too_large(limit: int) -> RequestError:
    """The answer to a body above the limit."""
    return RequestError("BODY_TOO_LARGE", f"The body is larger than {limit} bytes.")


def _invalid() -> RequestError:
    return RequestError("INVALID_ENCODING", "The body is not what its Content-Encoding says.")


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "": _identity,
    "identity": _identity,
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "zstd": _unzstd,
}


VARY: Header = (b"vary", b"accept, accept-encoding")


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """How a response's body is sent: ``encoding`` None as it is; ``headers`` say so."""

    encoding: str | None
    headers: tuple[Header, ...]
    minimum: int = 0

    def of(self, size: int) -> Packing:
        """The same for a body of so many bytes: a small one is sent as it is, whoever asks."""
        return AS_IT_IS if size < self.minimum else self


AS_IT_IS = Packing(None, ())


def packing_for(accept: str | None, settings: ServerSettings) -> Packing:
    """How bodies are sent to who sends this ``Accept-Encoding``, if they are large enough."""
    return _packing(accept, settings.compression, settings.compression_minimum)


@lru_cache(maxsize=1024)
def _packing(accept: str | None, offered: Sequence[str], minimum: int) -> Packing:
    encoding = None if accept is None else choose_encoding(accept, offered)
    if encoding is None:
        return Packing(None, (VARY,), minimum)
    return Packing(encoding, (VARY, (b"content-encoding", encoding.encode())), minimum)


def choose_encoding(accept: str, offered: Sequence[str]) -> str | None:
    """The first of ``offered`` among those the client likes best; None: send as it is (RFC 9110 §12.5.3).

    Among equals the choice is ours: some clients name what their runtime cannot read (zstd, Node 20).
    """
    qualities = dict(_quality(item) for item in accept.lower().split(",") if item.strip())
    rest = qualities.get("*", 0.0)
    best = max(((qualities.get(name, rest), -index) for index, name in enumerate(offered)), default=(0.0, 0))
    as_it_is = qualities.get("identity", 0.0)
    return offered[-best[1]] if best[0] > 0 and best[0] >= as_it_is else None


def _quality(item: str) -> tuple[str, float]:
    name, _, parameter = item.partition(";")
    try:
        return name.strip(), float(parameter.partition("=")[2] or 1)
    except ValueError:
        return name.strip(), 1.0


def compress(body: bytes, encoding: str | None) -> bytes:
    """Apply one of gzip, deflate, zstd; None: nothing."""
    if encoding is None:
        return body
    if encoding == "zstd":
        return zstandard.ZstdCompressor(level=LEVEL).compress(body)
    stream = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW if encoding == "gzip" else zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()
