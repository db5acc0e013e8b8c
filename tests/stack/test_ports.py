"""Ports: whoever asks for free ones gets some that nobody else is given or can slip into."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing

import pytest

from stack.embedded.ports import CAN_HOLD, LOCALHOST, free_ports, is_free

pytestmark = pytest.mark.skipif(not CAN_HOLD, reason="only Linux keeps a port for a server that comes later")
TAKE = "import socket, sys; socket.create_server(('127.0.0.1', int(sys.argv[1])))"
TAKE_ROUGHLY = "import socket, sys; socket.socket().bind(('127.0.0.1', int(sys.argv[1])))"


def run(program: str, port: int) -> int:
    return subprocess.run([sys.executable, "-c", program, str(port)], capture_output=True).returncode


def test_a_free_port_is_kept_for_the_server_that_is_told_its_number() -> None:
    (port,) = free_ports(1)

    assert run(TAKE_ROUGHLY, port) != 0  # as one who asks for any port
    assert run(TAKE, port) == 0
    assert run(TAKE, port) == 0  # it is started again

    with closing(socket.socket()) as client, pytest.raises(ConnectionRefusedError):
        client.connect((LOCALHOST, port))


def test_no_two_ports_are_the_same_however_often_one_asks() -> None:
    ports = [port for _ in range(20) for port in free_ports(10)]
    assert len(set(ports)) == 200


@pytest.mark.parametrize("host", [LOCALHOST, "::1"])
def test_a_port_on_which_somebody_listens_is_not_free(host: str) -> None:
    if host == "::1" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]
        assert not is_free(port, host)
    assert is_free(port, host)
