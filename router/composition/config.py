"""The list of subgraphs: ours (``subgraphs: [{name, url, schema}]``) or Rover's supergraph.yaml.

Enters: a YAML or JSON file. Leaves: ``SubgraphConfig``s with SDL. ``sdl`` is None where the SDL has to
be asked of the running subgraph: ``introspect.py`` does that. All mistakes are in one ConfigError.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .config_nodes import ConfigError, ConfigProblem, Entry, read_entries
from .subgraph.suggest import did_you_mean

__all__ = ["ConfigError", "ConfigProblem", "SubgraphConfig", "read_config"]

_ENVIRONMENT = re.compile(r"\$\{env\.([A-Za-z_]\w*)(?::-?([^}]*))?\}")
# What the router can call: nginx writes Unix sockets so.
_CALLABLE = re.compile(r"https?://[^/?#\s]|unix:", re.IGNORECASE)
_KEYS = ("name", "url", "routing_url", "schema", "headers")
_SCHEMA_KEYS = ("file", "sdl", "subgraph_url", "introspection_headers")


@dataclass(frozen=True, slots=True)
class SubgraphConfig:
    """One subgraph: ``url`` is where the router reaches it, ``introspection_url`` where its SDL is asked."""

    name: str
    url: str
    sdl: str | None = None
    introspection_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    file: Path | None = None


def read_config(path: Path) -> list[SubgraphConfig]:
    """Read the file and the SDL files it names; raise ConfigError with all that is wrong."""
    problems: list[ConfigProblem] = []
    root = read_entries(path, problems)
    found = [config for name, entry in _entries(root) if (config := _read_entry(name, entry, path.parent))]
    if problems:
        raise ConfigError(problems)
    return found


def _entries(root: Entry) -> Iterator[tuple[str | None, Entry]]:
    """Go through a list of named entries, or Rover's map by name."""
    members = root.members() if root.is_map else {}
    subgraphs = members.get("subgraphs")
    if subgraphs is None:
        _refuse_misspelt(members, ("subgraphs",))
        root.fail("there is no list or map called subgraphs")
    elif subgraphs.is_map:
        yield from subgraphs.members().items()
    elif isinstance(subgraphs.node.value, list):
        yield from ((None, entry) for entry in subgraphs.items())
    else:
        subgraphs.fail("is neither a list nor a map of subgraphs")


def _read_entry(name: str | None, entry: Entry, folder: Path) -> SubgraphConfig | None:
    if not entry.is_map:
        entry.fail("is no map of name, url and schema")
        return None
    members = entry.members()
    _refuse_misspelt(members, _KEYS)
    name = name or _text(members, "name")
    if not name:
        if "name" not in members:
            entry.fail("has no name")
        return None
    url = _url(members, "url") or _url(members, "routing_url")
    schema = members.get("schema")
    if schema is None or schema.is_null:
        return _from_running(name, url, members, entry)
    if schema.is_text:
        return _from_file(name, url or "", schema, folder)
    if schema.is_map:
        return _from_rover(name, url, schema, folder)
    schema.fail("is neither a path nor a map")
    return None


def _from_running(
    name: str, url: str | None, members: dict[str, Entry], entry: Entry
) -> SubgraphConfig | None:
    if url:
        return SubgraphConfig(name, url, introspection_url=url, headers=_headers(members, "headers"))
    if not {"url", "routing_url"} & members.keys():
        entry.fail("has neither url nor schema")
    return None


def _from_rover(name: str, url: str | None, schema: Entry, folder: Path) -> SubgraphConfig | None:
    """Read Rover's ``schema: {file | sdl | subgraph_url}``."""
    members = schema.members()
    _refuse_misspelt(members, _SCHEMA_KEYS)
    if "file" in members:
        return _from_file(name, url or "", members["file"], folder)
    if "sdl" in members:
        sdl = members["sdl"].text()
        return SubgraphConfig(name, url or "", sdl) if sdl is not None else None
    if asked := _url(members, "subgraph_url"):
        headers = _headers(members, "introspection_headers")
        return SubgraphConfig(name, url or asked, introspection_url=asked, headers=headers)
    if "graphref" in members:
        members["graphref"].fail(
            "takes the SDL from a registry, which is not supported; name a file or a URL"
        )
    elif "subgraph_url" not in members:
        schema.fail("has neither file, sdl nor subgraph_url")
    return None


def _from_file(name: str, url: str, entry: Entry, folder: Path) -> SubgraphConfig | None:
    path = _expanded(entry)
    if not path:
        return None
    file = folder / path
    try:
        return SubgraphConfig(name, url, file.read_text(encoding="utf-8-sig"), file=file)
    except OSError as error:
        entry.fail(f"the file {file} can't be read: {error.strerror or error}")
    except UnicodeDecodeError:
        entry.fail(f"the file {file} is not UTF-8")
    return None


def _text(members: dict[str, Entry], key: str) -> str | None:
    entry = members.get(key)
    return None if entry is None or entry.is_null else _expanded(entry)


def _url(members: dict[str, Entry], key: str) -> str | None:
    """Read a URL; one that cannot be called, mostly for want of a scheme, is noted."""
    url = _text(members, key)
    if url and not _CALLABLE.match(url):
        fix = f"; write http://{url}" if "://" not in url else ""
        members[key].fail(f"{url!r} is no URL of http, https or unix{fix}")
    return url


def _headers(members: dict[str, Entry], key: str) -> tuple[tuple[str, str], ...]:
    entry = members.get(key)
    if entry is None or entry.is_null:
        return ()
    texts = ((name, _expanded(value)) for name, value in entry.members().items())
    return tuple((name, text) for name, text in texts if text is not None)


def _expanded(entry: Entry) -> str | None:
    """Fill in ``${env.NAME}`` and ``${env.NAME:-default}``, as Rover does."""
    text = entry.text()
    if text is None:
        return None
    if not text:
        entry.fail("is empty")
        return None
    for name, default in _ENVIRONMENT.findall(text):
        if name not in os.environ and not default:
            entry.fail(f"the environment has no {name}")
    return _ENVIRONMENT.sub(lambda match: os.environ.get(match[1], match[2] or ""), text)


def _refuse_misspelt(members: dict[str, Entry], known: tuple[str, ...]) -> None:
    """Note keys that resemble known ones: unknown keys may be another tool's, misspelt ones are mistakes."""
    for key, entry in members.items():
        if key not in known and (near := _near(key, known)):
            entry.fail(f"is not known{near}")


def _near(name: str, known: Iterable[str]) -> str:
    found = did_you_mean(name, known)
    return f"; did you mean {found[0]}?" if found else ""
