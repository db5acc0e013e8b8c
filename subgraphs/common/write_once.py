"""PostgreSQL's own INSERT (ON CONFLICT …) as text, made once.

SQLAlchemy keeps compiled statements, but never those of its PostgreSQL `insert`: they are compiled anew each
time they run, which takes longer than PostgreSQL takes to run them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ClauseElement, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import BindTyping
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
# Whoever runs the text adds the casts, by the parameters' types.
_DIALECT.bind_typing = BindTyping.NONE


def written_once(statement: ClauseElement, names: Sequence[str]) -> TextClause:
    """The same statement for `execute` with parameters of these names: the columns to fill."""
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    parameters = [bindparam(name, type_=bind.type) for name, bind in compiled.binds.items()]
    return text(str(compiled)).bindparams(*parameters)
