"""What every process of the platform is told, as environment variables.

The same variables stand in a file of the home, so that ``waybill run NAME`` and ``waybill seed`` work from
another terminal while the platform runs.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.home import Home
from stack.settings_file import adopt_settings
from stack.shard_roles import OWNER_SHARDS, SYSTEM_SHARDS

from .addresses import Addresses


@dataclass(frozen=True, slots=True)
class Databases:
    """Addresses of the data servers, the shards' with each role; of the two that search, the one that does
    is not empty.
    """

    shards: tuple[str, ...]
    system_shards: tuple[str, ...]
    owner_shards: tuple[str, ...]
    search: str
    valkey: str
    elasticsearch: str = ""


def platform_environment(addresses: Addresses, databases: Databases, signing_key: Path) -> dict[str, str]:
    """Return the variables that connect the processes with each other."""
    return {
        "WAYBILL_SHARDS": ",".join(databases.shards),
        SYSTEM_SHARDS: ",".join(databases.system_shards),
        OWNER_SHARDS: ",".join(databases.owner_shards),
        "WAYBILL_SEARCH_BACKEND": "elasticsearch" if databases.elasticsearch else "postgres",
        "WAYBILL_SEARCH_DATABASE_URL": databases.search,
        "WAYBILL_ELASTICSEARCH_URL": databases.elasticsearch,
        "WAYBILL_VALKEY_URL": databases.valkey,
        "WAYBILL_SIGNING_KEY_FILE": str(signing_key),
        "WAYBILL_JWKS_URL": f"{addresses.subgraph_url('users')}/.well-known/jwks.json",
        "WAYBILL_CATALOG_URL": f"{addresses.subgraph_url('catalog')}/graphql",
        "WAYBILL_PROVIDER_URL": addresses.provider_url,
    }


def inherited() -> dict[str, str]:
    """Return this process's own variables; ours print text for people unless told otherwise."""
    return {"WAYBILL_LOG_FORMAT": "text", "WAYBILL_ROUTER_LOG_FORMAT": "text", **os.environ}


def environment_file(home: Home) -> Path:
    """Where the variables of the present run stand."""
    return home.sockets / "environment"


def write_environment(home: Home, variables: Mapping[str, str]) -> None:
    """Write the file; it holds the database's password."""
    file = environment_file(home)
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items()))


def adopt_environment(home: Home) -> None:
    """Take the variables of the platform that runs on this home, where none are set."""
    file = environment_file(home)
    if file.exists():
        adopt_settings(file)
