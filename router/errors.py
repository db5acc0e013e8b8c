"""The mistakes a server can answer by itself, before a request reaches the engine.

One table of codes; ``RequestError`` carries a code, a message and the HTTP status of the table.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

# code: (HTTP status, what it means and what to do)
CODES: Mapping[str, tuple[int, str]] = {
    "INVALID_JSON": (400, "The body, or a JSON parameter of the URL, is not JSON. Send UTF-8 encoded JSON."),
    "INVALID_REQUEST": (400, "A member of the request has the wrong type, or `query` is missing."),
    "INVALID_HTTP": (400, "What came over the connection is not HTTP/1.1. The connection is closed."),
    "BATCHING_DISABLED": (400, "The body is a list of requests, and batches are off. Send one at a time."),
    "BATCH_TOO_LARGE": (400, "More requests in one batch than the limit allows."),
    "UNAUTHENTICATED": (401, "The token is malformed, expired, or not signed by a known key."),
    "CSRF_PREVENTED": (403, "A foreign page could have made this request. Send one of the headers it names."),
    "METHOD_NOT_ALLOWED": (405, "The endpoint answers GET and POST; mutations by POST alone."),
    "STREAM_NOT_FOUND": (
        404,
        "No event stream has this token, or it is over. Reserve one by PUT.",
    ),
    "NOT_ACCEPTABLE": (406, "None of the media types of `Accept` can be answered."),
    "REQUEST_TIMEOUT": (408, "The request was not whole in time. The connection is closed."),
    "STREAM_TAKEN": (409, "The event stream of this token is open already; one client may read it."),
    "OPERATION_EXISTS": (409, "An operation of this id runs on the event stream. Take another id."),
    "BODY_TOO_LARGE": (413, "The body is larger than the limit, before or after decompression."),
    "URL_TOO_LONG": (414, "The URL is longer than the limit. Send the operation by POST."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Requests are sent as `application/json`."),
    "UNSUPPORTED_CHARSET": (415, "The charset of `Content-Type` is unknown. Send UTF-8."),
    "UNSUPPORTED_ENCODING": (415, "`Content-Encoding` is not one of gzip, deflate, zstd."),
    "INVALID_ENCODING": (400, "The body is not what its `Content-Encoding` says."),
    "TOO_MANY_OPERATIONS": (
        429,
        "More operations run on one socket or event stream than the limit allows.",
    ),
    "HEAD_TOO_LARGE": (431, "The request's headers are longer than the limit."),
    "TOO_MANY_STREAMS": (429, "More event streams are reserved than the limit allows."),
    "INTERNAL_SERVER_ERROR": (500, "A fault of the router; the log has it under the request's id."),
    "NOT_READY": (503, "No supergraph is loaded yet, or the process is about to end. Try again."),
    "AUTHENTICATION_UNAVAILABLE": (503, "The keys that tokens are checked against cannot be fetched."),
    "SHUTTING_DOWN": (503, "The process ends before the request or stream does. Try again."),
}


class RequestError(Exception):
    """A request that gets no further than the server.

    ``code`` is one of ``CODES``; ``headers`` go into the response.
    """

    def __init__(self, code: str, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.headers = headers

    @property
    def status(self) -> int:
        """The HTTP status of the code."""
        return CODES[self.code][0]

    def as_json(self) -> dict[str, object]:
        """One item of a response's ``errors``."""
        return {"message": self.message, "extensions": {"code": self.code}}

    def body(self) -> bytes:
        """A whole GraphQL response: errors and no data."""
        return orjson.dumps({"errors": [self.as_json()]})
