"""What one run has so far: the merged data, what failed, and whether everything fitted the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..planning.plan import Shape
from .faults import Fault
from .json_codec import JsonObject, encode
from .program import Batch, Gather, Program, RunTables, Step
from .read_answer import SubgraphAnswer, read_answer
from .subgraphs import Subgraphs
from .transport import NO_HEADERS, Headers, HttpResponse
from .typed_answer import Decode

# What generated code raises on data that it was not written for.
IRREGULAR = (LookupError, TypeError, AttributeError, ValueError, RecursionError)


@dataclass(slots=True)
class RunContext:
    """What a run gets of the client's request: coerced variables, headers to forward.

    ``combine`` sends entity fetches that become ready together to one subgraph as one request; ``reuse``
    takes an entity's fields that a subgraph has given in this run from there.
    """

    subgraphs: Subgraphs
    variables: Mapping[str, Any] = field(default_factory=dict)
    headers: Headers = NO_HEADERS
    combine: bool = True
    reuse: bool = True

    def variables_json(self) -> dict[str, bytes]:
        """Write each variable's value once for all fetches."""
        return {name: encode(value) for name, value in self.variables.items()}


@dataclass(slots=True)
class RunState:
    """``regular``: all answers so far fit the schema, so the program's generated functions may be used."""

    program: Program
    context: RunContext
    data: JsonObject
    variables: dict[str, bytes]
    regular: bool
    tables: RunTables
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def new(cls, program: Program, context: RunContext) -> RunState:
        """Begin with nothing."""
        tables = [make() for make in program.tables]
        return cls(program, context, {}, context.variables_json(), program.is_compiled, tables)

    def gather(self, step: Step, generic: Gather) -> list[Batch]:
        """Collect what a fetch has to ask for."""
        if self.regular and step.fast is not None and step.fast.gather is not None:
            gather = (step.fast.gather_unknown if self.context.reuse else None) or step.fast.gather
            try:
                return gather(self.data, self.tables)
            except IRREGULAR:
                self.regular = False
        return generic(self.data)

    def collect(self, step: Step, objects: Iterable[JsonObject | None]) -> None:
        """List what stands in an answer, for the fetches that need it; before it is merged."""
        if self.regular and step.fast is not None and step.fast.collect is not None:
            try:
                step.fast.collect(objects, self.tables)
            except IRREGULAR:
                self.regular = False

    def read(
        self, response: HttpResponse, service: str, decode: Decode | None, shape: Shape
    ) -> SubgraphAnswer:
        """Read an answer, typed as long as all is regular; BadAnswer if it can't be used."""
        if self.regular and decode is not None and response.status == 200:
            try:
                fast = decode(response.view)
                if fast.data is not None and not fast.errors:
                    return SubgraphAnswer(fast.data)
            except (ValueError, RecursionError):  # does not fit: see below what it is
                pass
        self.regular = False
        return read_answer(response, service, shape)

    def accept_event(self, data: JsonObject | None) -> None:
        """Begin with the data of a subscription's event."""
        step = self.program.steps[0]
        if self.regular and step.fast is not None:
            try:
                self.data = msgspec.convert(data, step.fast.layout)
                self.collect(step, (self.data,))
                return
            except (ValueError, RecursionError):
                pass
        self.regular = False
        self.data = data or {}
