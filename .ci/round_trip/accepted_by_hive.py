"""Our supergraphs as JSON lines {id, sdl} in; counts those that Hive's planner accepts.

Its native code may abort the whole process: then the case is named, and a new process goes on after it.
"""

import json
import subprocess
import sys
from pathlib import Path


def main(path: str) -> None:
    """Print ``accepted by Hive N/M``, and the cases that are refused."""
    lines = Path(path).read_text().splitlines()
    accepted, process = 0, start()
    for line in lines:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line + "\n")
        process.stdin.flush()
        said = process.stdout.readline().strip()
        accepted += said == "ok"
        if said != "ok":
            print(f"{json.loads(line)['id']}: {said or 'the planner crashed'}")
        if not said:
            process.wait()
            process = start()
    process.communicate()
    print(f"accepted by Hive {accepted}/{len(lines)}")


def start() -> "subprocess.Popen[str]":
    """Run the planner behind a pipe."""
    command = ["node", str(Path(__file__).with_name("accepted-by-hive.mjs"))]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
