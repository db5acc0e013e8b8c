"""How a stream of responses looks on the wire.

graphql-sse, distinct connections mode (one operation on one connection):

    event: next
    data: {"data": {…}}

    event: complete
    data:

Multipart subscriptions (``subscriptionSpec=1.0``): each part is ``{"payload": response}``, and ``{}`` is a
heartbeat.
"""

from __future__ import annotations

from typing import Protocol

from ...errors import RequestError
from ...execution.deferred import IncrementalSpec
from ..exchange.negotiate import EVENT_STREAM, StreamType


class StreamFormat(Protocol):
    """One wire format; every method gives the bytes to send."""

    transport: str
    content_type: bytes
    heartbeat: bytes
    """Sent in silence; empty where the format has no such thing."""

    def opening(self) -> bytes:
        """What comes before the first response."""

    def response(self, body: bytes) -> bytes:
        """One response, which is JSON on one line."""

    def completed(self) -> bytes:
        """The operation ended by itself."""

    def interrupted(self, error: RequestError) -> bytes:
        """The server ends the stream; the client should subscribe again."""

    def refused(self, error: RequestError) -> bytes:
        """The server ends the operation; the client should not subscribe again as it was."""


def one_line(body: bytes) -> bytes:
    """JSON without line breaks, which would end an event's field: outside of strings they mean nothing.

    A subgraph's answer that is handed on as it came may have them.
    """
    return body.translate(None, b"\r\n")


class EventStream:
    """Server-sent events."""

    transport = "sse"
    content_type = b"text/event-stream; charset=utf-8"
    heartbeat = b":\n\n"

    def opening(self) -> bytes:
        """A comment, so that proxies and browsers see the stream open."""
        return b":\n\n"

    def response(self, body: bytes) -> bytes:
        """A ``next`` event."""
        return b"event: next\ndata: " + one_line(body) + b"\n\n"

    def completed(self) -> bytes:
        """A ``complete`` event."""
        return b"event: complete\ndata:\n\n"

    def interrupted(self, error: RequestError) -> bytes:
        """A comment and the end without ``complete``: clients take it for a lost connection, and retry."""
        return b": " + error.message.encode() + b"\n\n"

    def refused(self, error: RequestError) -> bytes:
        """A last event that says why, and the end."""
        return self.response(error.body()) + self.completed()


class MultipartStream:
    """``multipart/mixed`` with a part for each response."""

    transport = "multipart"
    content_type = b'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0'
    heartbeat = b"\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql"

    def opening(self) -> bytes:
        """The first boundary."""
        return b"\r\n--graphql"

    def response(self, body: bytes) -> bytes:
        """A part; it ends with the next boundary, so that clients read it at once."""
        return b'\r\ncontent-type: application/json\r\n\r\n{"payload":' + body + b"}\r\n--graphql"

    def completed(self) -> bytes:
        """Close the last boundary."""
        return b"--\r\n"

    def interrupted(self, error: RequestError) -> bytes:
        """A transport error is ``errors`` beside a payload of null."""
        part = b'{"payload":null,' + error.body()[1:]
        return b"\r\ncontent-type: application/json\r\n\r\n" + part + b"\r\n--graphql--\r\n"

    def refused(self, error: RequestError) -> bytes:
        """The same: its code tells what to do."""
        return self.interrupted(error)


class MultipartParts(MultipartStream):
    """``multipart/mixed`` with the parts of one response (``@defer``): the payloads as they are."""

    transport = "multipart"
    heartbeat = b""
    """A part without anything new is not known to this protocol."""

    def __init__(self, spec: IncrementalSpec) -> None:
        name = "deferSpec=20220824" if spec == "20220824" else "incrementalSpec=v0.2"
        self.content_type = b'multipart/mixed; boundary="graphql"; ' + name.encode()

    def response(self, body: bytes) -> bytes:
        """A part; it ends with the next boundary, so that clients read it at once."""
        return b"\r\ncontent-type: application/json\r\n\r\n" + body + b"\r\n--graphql"

    def interrupted(self, error: RequestError) -> bytes:
        """The last part says that nothing more comes."""
        part = error.body()[:-1] + b',"hasNext":false}'
        return b"\r\ncontent-type: application/json\r\n\r\n" + part + b"\r\n--graphql--\r\n"


def format_of(stream: StreamType) -> StreamFormat:
    """The format of a negotiated media type."""
    return EventStream() if stream == EVENT_STREAM else MultipartStream()


def format_of_parts(stream: StreamType, spec: IncrementalSpec) -> StreamFormat:
    """The format of one response in parts."""
    return EventStream() if stream == EVENT_STREAM else MultipartParts(spec)
