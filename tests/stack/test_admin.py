"""`waybill admin create`, as an operator runs it on given servers: the password comes by standard input."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from subgraphs.users.app import create_app
from subgraphs.users.settings import UsersSettings
from tests.subgraphs.common.graph_client import serve
from tests.subgraphs.users.accounts import LOGIN, PASSWORD, new_phone


def _create(home: Path, addresses: dict[str, Any], valkey: str, phone: str, password: str) -> Any:
    given = {f"WAYBILL_{name.upper()}": ",".join(dsns) for name, dsns in addresses.items()}
    env = {**os.environ, **given, "WAYBILL_VALKEY_URL": valkey, "WAYBILL_HOME": str(home)}
    command = [sys.executable, "-m", "stack", "admin", "create", "--phone", phone, "--name", "Ada"]
    return subprocess.run(
        command, env=env, input=f"{password}\n", capture_output=True, text=True, check=False
    )


async def test_the_first_admin_logs_in_and_the_same_again_is_harmless(
    tmp_path: Path, addresses: dict[str, Any], valkey_url: str
) -> None:
    phone = new_phone()
    first, second = (_create(tmp_path, addresses, valkey_url, phone, PASSWORD) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Ada is the admin of 'main'" in first.stdout
    assert "Ada is an admin already" in second.stdout
    settings = UsersSettings(**addresses, valkey_url=valkey_url, signing_key_file=tmp_path / "key.pem")
    async with serve(create_app(settings)) as users:
        login = (await users.send(LOGIN, phone=phone, password=PASSWORD)).data["login"]
        reply = await users.send("{ me { role } tenants { edges { node { id } } } }", login["accessToken"])
    assert (reply.errors, reply.data["me"]) == ([], {"role": "ADMIN"})


def test_what_cannot_be_is_said_in_a_line(tmp_path: Path, addresses: dict[str, Any], valkey_url: str) -> None:
    refused = _create(tmp_path, addresses, valkey_url, "12", PASSWORD)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("waybill: phone: ")
    assert "Traceback" not in refused.stderr
