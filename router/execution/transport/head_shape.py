"""A head without its length: what heads of bodies of different lengths have in common."""

from __future__ import annotations

_NAMES = (b"\r\ncontent-length: ", b"\r\nContent-Length: ")
_MAX_DIGITS = 15


def cut_length(head: bytes) -> tuple[bytes, int] | None:
    """Cut the value of the first ``Content-Length`` out; None where there is none, or not as it is usual.

    Two heads of one shape differ in that value alone: the name's first place is the same in both.
    """
    for name in _NAMES:
        found = head.find(name)
        if found >= 0:
            start = found + len(name)
            end = head.find(b"\r\n", start)
            digits = head[start:end]
            is_plain = digits.isdigit() and len(digits) <= _MAX_DIGITS
            return (head[:start] + head[end:], int(digits)) if is_plain else None
    return None
