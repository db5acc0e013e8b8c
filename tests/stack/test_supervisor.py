"""The supervisor: waits until processes are ready, starts them again when they die, ends them in order."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from stack.home import Home
from stack.process import Command
from stack.supervisor.child import NotReady
from stack.supervisor.readiness import file_ready
from stack.supervisor.service import Service
from stack.supervisor.supervisor import Supervisor, supervising

PATIENCE = 20


class Notes:
    """What the supervisor said, and a way to wait for it to say something."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._news = asyncio.Event()

    def __call__(self, text: str) -> None:
        self.said.append(text)
        self._news.set()

    async def wait_for(self, part: str, times: int = 1) -> None:
        async with asyncio.timeout(PATIENCE):
            while sum(part in text for text in self.said) < times:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def supervisor(tmp_path: Path, notes: Notes) -> AsyncIterator[Supervisor]:
    home = Home(tmp_path)
    home.create()
    async with supervising(home, notes, (["last-in"], ["first-in"]), patience=5.0) as running:
        yield running


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Service]:
    """Make services from shell scripts; one is ready when it has made the file `<name>.ready`."""

    def make(name: str, script: str, deadline: float = PATIENCE) -> Service:
        ready = tmp_path / f"{name}.ready"
        return Service(
            Command(name, ("sh", "-c", script), tmp_path, {"PATH": "/usr/bin:/bin"}),
            file_ready(ready),
            deadline,
            before_start=lambda: ready.unlink(missing_ok=True),
        )

    return make


async def test_start_returns_when_the_process_is_ready(
    supervisor: Supervisor, shell: Callable[..., Service]
) -> None:
    child = await supervisor.start(shell("web", "touch web.ready; exec sleep 100"))
    assert child.state.status == "ready"
    written = json.loads(supervisor.home.state.read_text())["processes"]["web"]
    assert (written["pid"], written["status"]) == (child.state.pid, "ready")


async def test_a_process_that_ends_at_its_start_fails_with_its_last_words(
    supervisor: Supervisor, shell: Callable[..., Service]
) -> None:
    with pytest.raises(NotReady, match=r"(?s)exit code 3.*no such table"):
        await supervisor.start(shell("web", "echo no such table; exit 3"))


async def test_a_process_that_is_never_ready_fails_and_is_ended(
    supervisor: Supervisor, shell: Callable[..., Service]
) -> None:
    with pytest.raises(NotReady, match=r"PROCESS_NOT_READY: web is not ready.*WAYBILL_READY_SECONDS"):
        await supervisor.start(shell("web", "echo $$ > pid; exec sleep 100", deadline=0.3))
    pid = int((supervisor.home.root / "pid").read_text())
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(PATIENCE)
    assert not psutil.pid_exists(pid)


async def test_a_process_is_waited_for_while_it_works_and_while_what_it_waits_for_is_in_the_making(
    supervisor: Supervisor, shell: Callable[..., Service]
) -> None:
    looks: list[bool] = []

    def held_up() -> bool:
        if len(looks) == 8:  # once in each deadline at least
            (supervisor.home.root / "go").touch()
        looks.append(True)
        return True

    idle = "while ! test -e go; do sleep 0.05; done; touch idle.ready; exec sleep 100"
    child = await supervisor.start(dataclasses.replace(shell("idle", idle, deadline=0.1), held_up=held_up))
    assert child.state.status == "ready"
    busy = "n=0; while [ $n -lt 1000000 ]; do n=$((n+1)); done; touch busy.ready; exec sleep 100"
    child = await supervisor.start(shell("busy", busy, deadline=0.2))
    assert child.state.status == "ready"


async def test_a_process_that_dies_is_started_again_and_said_so(
    supervisor: Supervisor, shell: Callable[..., Service], notes: Notes
) -> None:
    child = await supervisor.start(shell("web", "touch web.ready; exec sleep 100"))
    first = child.state.pid
    assert first
    psutil.Process(first).send_signal(signal.SIGKILL)
    await notes.wait_for("web is back")
    assert notes.said[0] == "web died by SIGKILL; starting it again in 0.5 s"
    assert (child.state.restarts, child.state.status) == (1, "ready")
    assert child.state.pid != first


async def test_pauses_grow_while_a_process_keeps_dying(
    supervisor: Supervisor, shell: Callable[..., Service], notes: Notes
) -> None:
    await supervisor.start(
        shell("web", "test -e broken && exit 1; touch web.ready broken; sleep 0.2; exit 1")
    )
    await notes.wait_for("starting it again", times=3)
    pauses = [text.rsplit(" ", 2)[1] for text in notes.said if "starting it again" in text]
    assert pauses[:3] == ["0.5", "1.0", "2.0"]


async def test_processes_end_in_the_given_order(
    supervisor: Supervisor, shell: Callable[..., Service]
) -> None:
    script = "trap 'echo {0} >> ended; exit' TERM; touch {0}.ready; while :; do sleep 0.05; done"
    for name in ("first-in", "last-in"):
        await supervisor.start(shell(name, script.format(name)))
    await supervisor.stop((["last-in"], ["first-in"]), patience=5.0)
    assert (supervisor.home.root / "ended").read_text().split() == ["last-in", "first-in"]


async def test_a_process_that_will_not_end_is_killed(
    supervisor: Supervisor, shell: Callable[..., Service], notes: Notes
) -> None:
    child = await supervisor.start(
        shell("web", "trap '' TERM; touch web.ready; while :; do sleep 0.05; done")
    )
    pid = child.state.pid
    await supervisor.stop((), patience=0.3)
    assert "web did not end within 0 s: killed" in notes.said
    assert pid
    assert not psutil.pid_exists(pid)
