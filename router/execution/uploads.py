"""Files of a client's request, passed on to the subgraphs that are asked with them.

In the variables a file is a mark, a string nobody can guess. A subgraph request that holds marks becomes a
multipart request (https://github.com/jaydenseric/graphql-multipart-request-spec); all others stay JSON.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .json_codec import decode, encode
from .subgraphs import Subgraphs
from .transport import Headers, ResponseFuture

# Subgraphs that guard against cross-site forms take multipart only with such a header.
_PREFLIGHT = ("apollo-require-preflight", "true")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the client sent it."""

    name: str
    content_type: str
    content: bytes


class UploadingSubgraphs(Subgraphs):
    """The subgraphs of one request with files, by their marks."""

    def __init__(self, subgraphs: Subgraphs, uploads: Mapping[str, Upload]) -> None:
        super().__init__(subgraphs.urls, subgraphs.transport, subgraphs.settings)
        self._uploads = uploads

    def start(self, service: str, body: bytes, headers: Headers, *, idempotent: bool) -> ResponseFuture:
        """Send a form where the body holds marks."""
        marks = [mark for mark in self._uploads if mark.encode() in body]
        if not marks:
            return super().start(service, body, headers, idempotent=idempotent)
        boundary = secrets.token_hex(16)
        form = multipart_form(body, {mark: self._uploads[mark] for mark in marks}, boundary)
        marked = Headers.of((*headers.items, _PREFLIGHT))
        return self.send_form(service, form, marked, f"multipart/form-data; boundary={boundary}")


def multipart_form(body: bytes, uploads: Mapping[str, Upload], boundary: str) -> bytes:
    """The request as a form: ``operations`` with null for each file, ``map``, then the files."""
    operations = decode(body)
    places: dict[str, list[str]] = {mark: [] for mark in uploads}
    for path, holder, key in list(_places(operations["variables"], "variables", uploads)):
        places[holder[key]].append(path)
        holder[key] = None
    numbered = dict(enumerate(uploads))
    paths = {str(number): places[mark] for number, mark in numbered.items()}
    parts = [_part('name="operations"', encode(operations)), _part('name="map"', encode(paths))]
    parts += [_file_part(number, uploads[mark]) for number, mark in numbered.items()]
    delimiter = b"--" + boundary.encode()
    return b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def _places(value: Any, path: str, marks: Mapping[str, Upload]) -> Iterator[tuple[str, Any, Any]]:
    """Find where the marks are: path, and the object or list that holds it."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, str) and item in marks:
            yield f"{path}.{key}", value, key
        elif isinstance(item, dict | list):
            yield from _places(item, f"{path}.{key}", marks)


def _part(disposition: str, content: bytes, content_type: str = "application/json") -> bytes:
    head = f"content-disposition: form-data; {disposition}\r\ncontent-type: {content_type}\r\n\r\n"
    return head.encode() + content


def _file_part(number: int, upload: Upload) -> bytes:
    name, content_type = _escaped(upload.name), _escaped(upload.content_type)
    return _part(f'name="{number}"; filename="{name}"', upload.content, content_type)


def _escaped(text: str) -> str:
    """As browsers escape names of files (WHATWG HTML, multipart/form-data encoding)."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
