"""Many rows as parameters of one fixed statement: an array for each column, put together by `unnest`.

    WITH order AS (SELECT * FROM unnest(:order_id, :order_total) AS order(id, total)) …

The statement is the same for one row and for a hundred, so that it stays prepared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Table, TableValuedAlias, bindparam, column, func
from sqlalchemy.types import TypeEngine

Written = Mapping[str, type[TypeEngine[Any]]]


def rows_of(
    name: str, table: Table, columns: Sequence[str], *, written: Written | None = None
) -> TableValuedAlias:
    """Rows of a table's columns from the parameters `{name}_{column}`; some `written` as another type."""
    types = {each: (written or {}).get(each) or table.c[each].type for each in columns}
    arrays = [bindparam(f"{name}_{each}", type_=ARRAY(type_)) for each, type_ in types.items()]
    given = func.unnest(*arrays).table_valued(*(column(each, type_) for each, type_ in types.items()))
    return given.render_derived(name=f"given_{name}")


def row_parameters(
    name: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Their parameters."""
    return {f"{name}_{each}": [row[each] for row in rows] for each in columns}
