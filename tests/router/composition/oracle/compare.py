"""Random subgraph sets, composed here and by Apollo's composer; run by hand, in development.

    ORACLE_DEPS=… python -m tests.router.composition.oracle.compare --count 500 --seed 1

``ORACLE_DEPS`` is a folder in which ``npm install @apollo/composition graphql`` has run. Disagreements are
shrunk line by line and printed; what they teach becomes a small case of a test beside this folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson

from router.composition import SubgraphSource, compose

from .generate import make_subgraphs

SCRIPT = Path(__file__).with_name("apollo.mjs")
Verdict = tuple[bool, frozenset[str]]


class Apollo:
    """Apollo's composer in a Node process."""

    def __init__(self) -> None:
        self.process = _start()

    def answer(self, subgraphs: dict[str, str]) -> dict[str, Any]:
        """Give its whole answer; where the process ends instead, start another."""
        assert self.process.stdin
        assert self.process.stdout
        sources = [{"name": n, "url": f"http://{n}", "sdl": sdl} for n, sdl in subgraphs.items()]
        self.process.stdin.write(orjson.dumps({"subgraphs": sources}) + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process = _start()
            return {"thrown": "the process ended"}
        found: dict[str, Any] = orjson.loads(line)
        return found

    def verdict(self, subgraphs: dict[str, str]) -> Verdict | None:
        """Say whether it composes, and the codes if not; None where it breaks down."""
        found = self.answer(subgraphs)
        return None if "thrown" in found else (found["ok"], frozenset(found["codes"]))


def _start() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "APOLLO_TELEMETRY_DISABLED": "1"}
    return subprocess.Popen(
        ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )


def our_verdict(subgraphs: dict[str, str]) -> Verdict:
    """Say whether it composes here, and the codes if not."""
    found = compose([SubgraphSource(n, f"http://{n}", sdl) for n, sdl in subgraphs.items()])
    return found.ok, frozenset(e.code for e in found.errors)


def main() -> None:
    """Compare, and print what differs, grouped by the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if "ORACLE_DEPS" not in os.environ:
        parser.error("set ORACLE_DEPS")
    apollo = Apollo()
    outcomes: Counter[str] = Counter()
    shown: set[tuple[Verdict | None, Verdict]] = set()
    for number in range(arguments.count):
        subgraphs = make_subgraphs(Random(f"{arguments.seed}/{number}"))
        theirs, ours = apollo.verdict(subgraphs), our_verdict(subgraphs)
        outcomes[_outcome(theirs, ours)] += 1
        if _is_news(theirs, ours) and (theirs, ours) not in shown:
            shown.add((theirs, ours))
            show(apollo, subgraphs, theirs, ours)
    print(dict(outcomes))


def _outcome(theirs: Verdict | None, ours: Verdict) -> str:
    if theirs is None:
        return "Apollo breaks down"
    if theirs != ours and not _is_news(theirs, ours):
        return "differ on purpose: more mistakes at once"
    return ("agree, " if theirs == ours else "differ, ") + ("composes" if ours[0] else "fails")


def _is_news(theirs: Verdict | None, ours: Verdict) -> bool:
    """Whether verdicts differ otherwise than that we tell more mistakes at once (docs/adr/0005)."""
    if theirs is None or theirs == ours:
        return False
    return theirs[0] or ours[0] or not theirs[1] < ours[1]


def show(apollo: Apollo, subgraphs: dict[str, str], theirs: Verdict | None, ours: Verdict) -> None:
    """Print a disagreement, shrunk."""
    small = shrink(subgraphs, lambda s: (apollo.verdict(s), our_verdict(s)) == (theirs, ours))
    print(f"=== Apollo {theirs}\n    here   {ours}")
    for name, sdl in small.items():
        print(f"# {name}\n" + "\n".join(sdl.splitlines()[5:]))
    print("\n".join(apollo.answer(small)["messages"][:3]))


def shrink(subgraphs: dict[str, str], differs: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    """Leave out lines, pairs of lines and subgraphs as long as the verdicts stay the same."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(subgraphs):
            if differs(smaller):
                subgraphs, changed = smaller, True
                break
    return subgraphs


def _smaller(subgraphs: dict[str, str]) -> Iterator[dict[str, str]]:
    for name, sdl in subgraphs.items():
        yield {n: s for n, s in subgraphs.items() if n != name}
        lines = sdl.splitlines()
        blocks = [n for n in range(5, len(lines)) if lines[n].endswith("{")]
        for start in blocks:
            end = lines.index("}", start)
            yield {**subgraphs, name: "\n".join(lines[:start] + lines[end + 1 :])}
        for at in range(5, len(lines)):
            if not lines[at].endswith(("{", "}")) or lines[at].startswith("enum"):
                yield {**subgraphs, name: "\n".join(lines[:at] + lines[at + 1 :])}


if __name__ == "__main__":
    main()
