"""Free TCP ports of this machine."""

from __future__ import annotations

import socket
import sys

LOCALHOST = "127.0.0.1"
# Elsewhere than on Linux a port that somebody has bound cannot be listened on by another process.
CAN_HOLD = sys.platform == "linux"

_held: list[socket.socket] = []


def free_ports(count: int) -> list[int]:
    """Return that many ports nobody listens on, kept for whom this process starts there until it ends.

    A port that is only looked up is anybody's until its server listens, seconds later (or while it is started
    again): another clone's platform, its tests, or the near end of an outgoing connection take it.
    """
    sockets = [_bound() for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        _hold(one)
    return ports


def _bound() -> socket.socket:
    bound = socket.socket()
    bound.bind((LOCALHOST, 0))
    return bound


def _hold(bound: socket.socket) -> None:
    """Keep a bound port from everybody but a server that is told its number.

    Linux lets a second socket bind and listen where both reuse addresses (as all servers do) and the first
    does not listen; it gives such a port to nobody who asks for any port.
    """
    if CAN_HOLD:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _held.append(bound)
    else:
        bound.close()


def is_free(port: int, host: str = LOCALHOST) -> bool:
    """Tell whether a server could listen on the port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
