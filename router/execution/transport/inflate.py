"""Compressed bytes of a subgraph → plain ones: gzip, of any number of members (RFC 1952 §2.2), or zlib.

We ask for ``identity``: this is for servers that compress all the same. ``inflate`` takes a whole body,
``Inflater`` one that comes piece by piece and has no end.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from .errors import ProtocolViolation, ResponseTooLarge

GZIP = 16 + zlib.MAX_WBITS
# 32 + MAX_WBITS lets zlib tell gzip and its own format apart.
GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
# What comes out at a time, so that a small piece can't become a large one in memory.
PIECE = 65_536
# What goes in at a time: the bytes behind a member's end are copied for the next one.
WINDOW = 4_096
# Block compressors write a member for 64 kB; an empty one has 20 bytes, and takes 2 µs to find out.
MOST_MEMBERS = 10_000


class Inflater:
    """One body, decompressed as it comes."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(GZIP_OR_ZLIB)
        self.members = 1
        """How many have begun."""

    @property
    def complete(self) -> bool:
        """Whether the last member that began has ended."""
        return self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what the bytes stand for, in pieces of bounded size; raise ProtocolViolation."""
        try:
            for start in range(0, len(data), WINDOW):
                yield from self._take(data[start : start + WINDOW])
        except zlib.error as error:
            raise ProtocolViolation("The subgraph's response can't be decompressed.") from error

    def _take(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:
                data = data.lstrip(b"\0")  # padding, as tapes and some servers have it
                if not data:
                    return
                self._stream = zlib.decompressobj(GZIP)
                self.members += 1
            yield from self._run(data)
            data = self._stream.unused_data

    def _run(self, data: bytes) -> Iterator[bytes]:
        stream = self._stream
        plain = stream.decompress(data, PIECE)
        yield plain
        # A full piece: there may be more within, though all bytes have gone in.
        while len(plain) == PIECE or stream.unconsumed_tail:
            plain = stream.decompress(stream.unconsumed_tail, PIECE)
            yield plain


def inflate(body: bytes, limit: int) -> bytes:
    """Decompress a whole body of at most ``limit`` bytes; raise ResponseTooLarge, ProtocolViolation."""
    inflater, pieces, size = Inflater(), [], 0
    for piece in inflater.feed(body):
        pieces.append(piece)
        size += len(piece)
        if size > limit or inflater.members > MOST_MEMBERS:
            raise ResponseTooLarge(f"The subgraph's response is larger than {limit} bytes.")
    if not inflater.complete:
        raise ProtocolViolation("The subgraph's compressed response is truncated.")
    return b"".join(pieces)
