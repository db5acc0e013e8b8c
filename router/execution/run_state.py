"""What one run of the interpreter has so far: the merged data, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..observation.metrics import Metrics, NoMetrics
from .faults import Fault
from .json_codec import JsonObject, encode
from .problems import DEFAULT_LIMIT
from .program import Program
from .subgraphs import Subgraphs
from .transport import NO_HEADERS, Headers

NO_METRICS = NoMetrics()


class RunContext(msgspec.Struct):
    """What a run gets of the client's request: coerced variables, headers to forward.

    ``combine`` sends entity fetches that become ready together to one subgraph as one request; ``reuse``
    takes an entity's fields that a subgraph has given in this run from there. ``text`` is the operation's,
    for who has to tell of it; ``metrics`` counts runs that start over. ``errors_limit``: more errors of one
    answer are left out before anything is done with them.
    """

    subgraphs: Subgraphs
    variables: Mapping[str, Any] = {}
    headers: Headers = NO_HEADERS
    combine: bool = True
    reuse: bool = True
    text: str = ""
    metrics: Metrics = NO_METRICS
    errors_limit: int = DEFAULT_LIMIT

    def variables_json(self) -> dict[str, bytes]:
        """Write each variable's value once for all fetches."""
        return {name: encode(value) for name, value in self.variables.items()}


@dataclass(slots=True)
class RunState:
    """The data of all answers so far, by source keys."""

    program: Program
    context: RunContext
    data: JsonObject
    variables: dict[str, bytes]
    faults: list[Fault] = field(default_factory=list)
    has_more_faults: bool = False
    """Whether a subgraph reported more errors than are looked at."""

    @classmethod
    def new(cls, program: Program, context: RunContext) -> RunState:
        """Begin with nothing."""
        return cls(program, context, {}, context.variables_json())
