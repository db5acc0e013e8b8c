"""Cases in, our supergraphs as JSON lines {id, sdl} out; counts those that read back as they were meant."""

import json
import sys
from pathlib import Path

from router.composition import SubgraphSource, compose
from tests.router.supergraph.models import models_of


def main(cases: str, output: str) -> None:
    """Print ``same model N/M``, and the cases that differ."""
    composed = same = 0
    with Path(output).open("w") as out:
        for line in Path(cases).read_text().splitlines():
            case = json.loads(line)
            sources = [SubgraphSource(s["name"], s.get("url") or "", s["sdl"]) for s in case["subgraphs"]]
            if not compose(sources).ok:
                continue
            models = models_of(sources)
            assert models is not None
            composed += 1
            if models.meant == models.read == models.again:
                same += 1
            else:
                print(f"{case['id']}: not read back as it was meant")
            out.write(json.dumps({"id": case["id"], "sdl": models.sdl}) + "\n")
    print(f"same model {same}/{composed}")


if __name__ == "__main__":
    main(*sys.argv[1:])
