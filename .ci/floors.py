"""Compare conformance scores with floors: a folder of NAME.txt and a file of `NAME LABEL N` lines in."""

import re
import sys
from pathlib import Path


def main(folder: str, floors: str) -> int:
    """Print each score beside its floor; 1 if one is below."""
    below = 0
    for line in Path(floors).read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, label, floor = line.split("\t")
        found = re.search(re.escape(label) + r" (\d+)/(\d+)", (Path(folder) / f"{name}.txt").read_text())
        score = int(found[1]) if found else -1
        below += score < int(floor)
        print(f"{name:24} {label:12} {score:5} (floor {floor}){'' if score >= int(floor) else '  BELOW'}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
