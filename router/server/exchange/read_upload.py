"""A multipart request (graphql-multipart-request-spec) into a GraphQL request with files.

``operations``: the request as JSON, null where a file stands; ``map``: part name → paths into it; then the
files. Each file's place gets a mark that nobody can guess; ``Parameters.uploads`` says which file it is.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ...errors import RequestError
from ...execution.uploads import Upload
from .read_request import Parameters, parse_json, read_parameters

CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def is_form(content_type: str | None) -> bool:
    """Whether a request comes as a form."""
    return content_type is not None and content_type[:19].lower() == "multipart/form-data"


async def read_upload(body: bytes, content_type: str, max_files: int) -> Parameters:
    """Read the form; ``INVALID_REQUEST`` for what is none of the specification's."""
    form = await _parse(body, content_type, max_files)
    operations = _member(form, "operations")
    if not isinstance(operations, dict):
        raise RequestError("INVALID_REQUEST", "`operations` must be one request, a JSON object.")
    uploads: dict[str, Upload] = {}
    for part, paths in _map(form).items():
        mark = f"upload:{secrets.token_hex(16)}"
        uploads[mark] = await _file(form, part)
        for path in paths:
            _put(operations, path, mark)
    parameters = read_parameters(operations)
    parameters.uploads = uploads
    return parameters


async def _parse(body: bytes, content_type: str, max_files: int) -> FormData:
    async def chunks() -> AsyncIterator[bytes]:
        yield body
        yield b""

    # Fields are UTF-8 (RFC 7578 §5.1.2); Python knows charsets that cost much or give what is no text.
    headers = Headers({"content-type": CHARSET.sub("", content_type)})
    parser = MultiPartParser(headers, chunks(), max_files=max_files, max_fields=2, max_part_size=len(body))  # type: ignore[arg-type]
    try:
        return await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise RequestError("INVALID_REQUEST", f"The form cannot be read: {error}.") from error


def _member(form: FormData, name: str) -> Any:
    text = form.get(name)
    if not isinstance(text, str):
        raise RequestError("INVALID_REQUEST", f"The form has no field `{name}`.")
    return parse_json(text.encode(), f"`{name}` of the form")


def _map(form: FormData) -> Mapping[str, list[str]]:
    mapping = _member(form, "map")
    fits = isinstance(mapping, dict) and all(
        isinstance(paths, list) and all(isinstance(path, str) for path in paths) for paths in mapping.values()
    )
    if not fits:
        raise RequestError("INVALID_REQUEST", "`map` must be an object of lists of paths.")
    return mapping  # type: ignore[no-any-return]


async def _file(form: FormData, part: str) -> Upload:
    file = form.get(part)
    if not isinstance(file, UploadFile):
        raise RequestError("INVALID_REQUEST", f"`map` names a file {part!r} that the form does not have.")
    content = await file.read()
    return Upload(file.filename or "", file.content_type or "application/octet-stream", content)


def _put(operations: dict[str, Any], path: str, mark: str) -> None:
    """Set the null that stands at ``variables.….…`` to the file's mark."""
    holder: Any = operations
    *way, last = path.split(".")
    try:
        for key in way:
            holder = holder[_place(holder, key)]
        place = _place(holder, last)
        is_null = way[:1] == ["variables"] and holder[place] is None
    except (LookupError, TypeError, ValueError):
        is_null = False
    if not is_null:
        raise RequestError("INVALID_REQUEST", f"`operations` has no null at {path!r} for a file.")
    holder[place] = mark


def _place(holder: Any, key: str) -> Any:
    """A key of an object, or an index of a list: digits alone, so none from its end."""
    if not isinstance(holder, list):
        return key
    if not (key.isascii() and key.isdecimal()):
        raise ValueError(key)
    return int(key)
