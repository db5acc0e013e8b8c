"""``waybill explain CODE`` with the platform's codes beside the router's."""

from __future__ import annotations

from collections.abc import Iterator

from router.commands.explain import CodeArgument, MarkdownOption, explain_one_of
from router.commands.router_codes import router_codes
from router.composition.codes import Code
from stack.servers.trouble import Code as StartCode


def command(code: CodeArgument = None, markdown: MarkdownOption = False) -> None:
    """Explain a code: what it means, how to mend it. Without one, list them all."""
    explain_one_of(all_codes(), code, markdown)


def all_codes() -> Iterator[Code]:
    """Yield every code there is."""
    from subgraphs.common.errors import ERROR_TABLE

    yield from router_codes()
    for code, (what, action) in ERROR_TABLE.items():
        yield Code(code.value, what, action, "error of the platform's subgraphs")
    for start in StartCode:
        yield Code(start.value, start.meaning, start.fix, "error of a start")
