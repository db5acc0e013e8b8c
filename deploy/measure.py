"""CPU time a request costs: `python deploy/measure.py URL [NAME=PID…] [--requests N] [--at-once C]`.

    waybill status --json | python deploy/measure.py http://127.0.0.1:4000

asks the README's query as the demo's customer. CPU time holds on a busy machine, requests a second do not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time

import httpx
import psutil

QUERY = """
query { me { name orders(first: 5) { edges { node { id status total { amount currency }
  vendor { name rating } items { quantity product { name price { amount } } }
  rider { user { name } location { lat lon at } } eta } } } } }
"""
LOGIN = 'mutation { login(phone: "+12025550101", password: "waybill-demo") { accessToken } }'
WARM_UP = 50


async def main() -> None:
    """Ask, and print what it took."""
    given = arguments()
    processes_of = pids(given.process)
    async with httpx.AsyncClient(base_url=given.url, timeout=60) as http:
        token = (await ask(http, LOGIN, {}))["data"]["login"]["accessToken"]
        headers = {"authorization": f"Bearer {token}"}
        await load(http, headers, WARM_UP, given.at_once)
        # Only now: PostgreSQL has a process for each connection, and the pools have opened theirs.
        families = {name: family(pid) for name, pid in processes_of.items()}
        before = {name: cpu(processes) for name, processes in families.items()}
        started = time.perf_counter()
        times = await load(http, headers, given.requests, given.at_once)
        seconds = time.perf_counter() - started
    print(f"{given.requests} requests, {given.at_once} at once: {given.requests / seconds:.0f} a second")
    print(f"p50 {times[len(times) // 2] * 1000:.0f} ms, p95 {times[len(times) * 95 // 100] * 1000:.0f} ms")
    total = 0.0
    for name, processes in families.items():
        each = (cpu(processes) - before[name]) / given.requests * 1000
        total += each
        print(f"{name:<12} {each:6.2f} ms CPU a request, {memory(processes) / 1e6:5.0f} MB")
    print(f"{'all':<12} {total:6.2f} ms")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("process", nargs="*", metavar="NAME=PID")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=8)
    return parser.parse_args()


def pids(given: list[str]) -> dict[str, int]:
    """Return the processes by name: those given, else those that `waybill status --json` tells."""
    if given:
        return {name: int(pid) for name, _, pid in (one.partition("=") for one in given)}
    return {row["name"]: row["pid"] for row in json.load(sys.stdin)}


def family(pid: int) -> list[psutil.Process]:
    """Return a process and those below it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def cpu(processes: list[psutil.Process]) -> float:
    """Return the seconds they have run."""
    return sum(sum(process.cpu_times()[:2]) for process in processes if process.is_running())


def memory(processes: list[psutil.Process]) -> int:
    """Return their bytes; shared pages count once."""
    return sum(process.memory_full_info().pss for process in processes if process.is_running())


async def load(http: httpx.AsyncClient, headers: dict[str, str], count: int, at_once: int) -> list[float]:
    """Ask so many times; returns the seconds each took, sorted."""
    left = iter(range(count))
    times: list[float] = []

    async def one_client() -> None:
        for _ in left:
            started = time.perf_counter()
            answer = await ask(http, QUERY, headers)
            times.append(time.perf_counter() - started)
            assert "errors" not in answer, answer["errors"]

    await asyncio.gather(*(one_client() for _ in range(at_once)))
    return sorted(times)


async def ask(
    http: httpx.AsyncClient, query: str, headers: dict[str, str]
) -> dict[str, dict[str, dict[str, str]]]:
    """Send one operation."""
    response = await http.post("/graphql", json={"query": query}, headers=headers)
    answer: dict[str, dict[str, dict[str, str]]] = response.raise_for_status().json()
    return answer


if __name__ == "__main__":
    asyncio.run(main())
