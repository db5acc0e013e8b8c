"""Bytes or a query string into the members of a GraphQL request, their types checked.

GraphQL over HTTP §Request Parameters: ``query`` string, ``operationName`` string or null, ``variables`` and
``extensions`` map or null. Members of other names are ignored, as the specification reserves them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import msgspec
import orjson

from ...errors import RequestError
from ...execution.uploads import Upload

JsonMap: TypeAlias = Mapping[str, Any]

# orjson reads integers beyond 64 bits as floats; a body that may have one is read by msgspec.
BIG_INTEGER = re.compile(rb"\d{19}")
# Decoders that hang on nothing but the bytes; UTF-16 and UTF-32 by their own names or with a BOM.
CHARSETS = frozenset(
    {"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "iso8859-1"}
)


@dataclass(slots=True)
class Parameters:
    """The members of one request."""

    query: str | None
    operation_name: str | None
    variables: JsonMap | None
    extensions: JsonMap | None
    uploads: Mapping[str, Upload] | None = None


class Members(msgspec.Struct, gc=False):
    """A request's members as most requests have them."""

    query: str
    operationName: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None


_decode_members = msgspec.json.Decoder(Members).decode


def read_single(body: bytes, content_type: str | None) -> Parameters | None:
    """Read a plain request at once: JSON in UTF-8, an object, its members of the right types.

    None for all else: ``read_json`` and ``read_parameters`` say what it is, or what is wrong.
    """
    members = None if check_content_type(content_type) is not None else read_members(body)
    if members is None:
        return None
    return Parameters(members.query, members.operationName, members.variables, members.extensions)


def read_members(body: bytes) -> Members | None:
    """The members of a plain request in UTF-8; None for all else."""
    try:
        return _decode_members(body)
    except (ValueError, RecursionError):  # what is not UTF-8 is no DecodeError
        return None


def read_json(body: bytes, content_type: str | None) -> Any:
    """Decode a POST body of ``application/json``: UTF-8 unless it says otherwise, with or without BOM."""
    charset = check_content_type(content_type)
    if charset is not None:
        body = _transcode(body, charset)
    elif body.startswith(codecs.BOM_UTF8):
        body = body[3:]
    return parse_json(body, "The body")


def parse_json(text: bytes, what: str) -> Any:
    """Parse JSON with integers of any size; ``what`` names the text in the error."""
    try:
        if BIG_INTEGER.search(text):
            return _parse_big(text)
        return orjson.loads(text)
    except ValueError as error:
        raise RequestError("INVALID_JSON", f"{what} is not JSON: {error}.") from error


def _parse_big(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


@lru_cache(maxsize=256)
def check_content_type(content_type: str | None) -> str | None:
    """The charset to decode from, None for UTF-8; coded errors for other media types and charsets."""
    media_type, *parameters = (content_type or "").lower().split(";")
    if media_type.strip() != "application/json":
        given = f"not {media_type.strip()}" if content_type else "and must say so in Content-Type"
        raise RequestError(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Requests are sent as application/json, {given}.",
            ((b"accept", b"application/json"),),
        )
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return _charset(value.strip().strip('"'))
    return None


def _charset(name: str) -> str | None:
    try:
        known = codecs.lookup(name).name
    except LookupError:
        known = ""
    if known not in CHARSETS:
        raise RequestError("UNSUPPORTED_CHARSET", f"The charset {name!r} is unknown; send UTF-8.")
    return None if known in ("utf-8", "ascii") else known


def _transcode(body: bytes, charset: str) -> bytes:
    try:
        return body.decode(charset).removeprefix("\ufeff").encode()
    except UnicodeError as error:
        raise RequestError("INVALID_JSON", f"The body is not {charset}.") from error


def read_parameters(payload: Any) -> Parameters:
    """Check the types of a decoded request's members."""
    if not isinstance(payload, dict):
        raise RequestError("INVALID_REQUEST", "A request must be a JSON object.")
    query = payload.get("query")
    name = payload.get("operationName")
    variables = payload.get("variables")
    extensions = payload.get("extensions")
    if query is not None and not isinstance(query, str):
        raise _wrong_type("query", "a string")
    if name is not None and not isinstance(name, str):
        raise _wrong_type("operationName", "a string or null")
    if variables is not None and not isinstance(variables, dict):
        raise _wrong_type("variables", "an object or null")
    if extensions is not None and not isinstance(extensions, dict):
        raise _wrong_type("extensions", "an object or null")
    if query is None and not (extensions and "persistedQuery" in extensions):
        raise RequestError("INVALID_REQUEST", "The request has no `query`.")
    return Parameters(query, name, variables, extensions)


def _wrong_type(member: str, expected: str) -> RequestError:
    return RequestError("INVALID_REQUEST", f"`{member}` must be {expected}.")


def read_query_string(query_string: bytes) -> Parameters:
    """Read a GET request's URL; of a name given twice the last counts, an empty value is none."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise RequestError("INVALID_REQUEST", "The URL's query is not UTF-8, percent-encoded.") from error
    given = {name: value for name, value in pairs if value}
    payload: dict[str, Any] = {name: given.get(name) for name in ("query", "operationName")}
    for name in ("variables", "extensions"):
        if name in given:
            payload[name] = parse_json(given[name].encode(), f"`{name}` of the URL")
    return read_parameters(payload)
