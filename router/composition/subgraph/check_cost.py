"""``@cost`` and ``@listSize``: they stand where they can mean something."""

from __future__ import annotations

from ..report import Placed, Report
from .applied import Applied
from .model import COMPOSITE, FieldDef, Subgraph
from .type_refs import is_list, named, nullable


def check_cost(subgraph: Subgraph, report: Report) -> None:
    """Report costs of interfaces, and list sizes that can't be applied."""
    checker = _Checker(subgraph, report)
    for type_ in subgraph.types.values():
        for field in type_.fields.values():
            if not field.directives:
                continue
            if type_.kind == "INTERFACE" and (cost := field.first("cost")):
                checker.fail(
                    "COST_APPLIED_TO_INTERFACE_FIELD",
                    "an interface's field has no cost of its own",
                    field,
                    cost,
                )
            for applied in field.having("listSize"):
                checker.list_size(field, applied)


class _Checker:
    def __init__(self, subgraph: Subgraph, report: Report) -> None:
        self.subgraph, self.report = subgraph, report

    def fail(self, code: str, message: str, field: FieldDef, place: Placed) -> None:
        self.report.error(
            code,
            f'On "{field.coordinate}": {message}',
            coordinate=field.coordinate,
            where=[(self.subgraph.name, place)],
        )

    def list_size(self, field: FieldDef, applied: Applied) -> None:
        size = applied.value("assumedSize")
        if isinstance(size, int) and size < 0:
            self.fail("LIST_SIZE_INVALID_ASSUMED_SIZE", "assumedSize is negative", field, applied)
        self._slicing(field, applied)
        sized = applied.value("sizedFields")
        if isinstance(sized, list):
            self._sized(field, applied, [str(s) for s in sized])
        elif not is_list(field.type):
            self.fail("LIST_SIZE_APPLIED_TO_NON_LIST", f"a {field.type} is no list", field, applied)

    def _slicing(self, field: FieldDef, applied: Applied) -> None:
        names = applied.value("slicingArguments")
        for name in names if isinstance(names, list) else ():
            argument = field.arguments.get(str(name))
            if argument is None:
                why = f'there is no argument "{name}"'
            elif nullable(argument.type) != "Int":
                why = f'the argument "{name}" is a {argument.type}, no Int'
            else:
                continue
            self.fail("LIST_SIZE_INVALID_SLICING_ARGUMENT", why, field, applied)

    def _sized(self, field: FieldDef, applied: Applied, names: list[str]) -> None:
        type_ = self.subgraph.types.get(named(field.type))
        if type_ is None or type_.kind not in COMPOSITE:
            self.fail("LIST_SIZE_INVALID_SIZED_FIELD", f"a {field.type} has no fields", field, applied)
            return
        for name in names:
            sized = type_.fields.get(name)
            if sized is None:
                why = f'"{type_.name}" has no field "{name}"'
                self.fail("LIST_SIZE_INVALID_SIZED_FIELD", why, field, applied)
            elif not is_list(sized.type):
                self.fail("LIST_SIZE_APPLIED_TO_NON_LIST", f'"{sized.coordinate}" is no list', field, applied)
