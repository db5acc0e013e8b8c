"""``waybill explain CODE``: what a code means, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from ..composition.codes import Code, render_docs
from ..composition.subgraph.suggest import did_you_mean
from .router_codes import router_codes

CodeArgument = Annotated[str | None, typer.Argument(help="A code, as in an error's output.")]
MarkdownOption = Annotated[bool, typer.Option(help="Print composition's codes as docs/errors.md.")]
MOST_SUGGESTED = 5


def command(code: CodeArgument = None, markdown: MarkdownOption = False) -> None:
    """Explain a code; without one, list them all."""
    explain_one_of(router_codes(), code, markdown)


def explain_one_of(codes: Iterable[Code], wanted: str | None, markdown: bool) -> None:
    """Print what the codes of this name mean; ends the program if there is none."""
    if markdown:
        typer.echo(render_docs(), nl=False)
        return
    by_name: dict[str, list[Code]] = {}
    for code in codes:
        by_name.setdefault(code.name, []).append(code)
    if wanted is None:
        _list(by_name)
    else:
        typer.echo("\n\n".join(map(_text, _find(by_name, wanted))))


def _list(by_name: dict[str, list[Code]]) -> None:
    for name, meanings in sorted(by_name.items()):
        typer.echo(f"{name}  ({', '.join(dict.fromkeys(code.kind for code in meanings))})")


def _find(by_name: dict[str, list[Code]], given: str) -> list[Code]:
    """Find a code, whatever its case and separators."""
    wanted = given.strip().upper().replace("-", "_").replace(" ", "_")
    if wanted in by_name:
        return by_name[wanted]
    near = did_you_mean(wanted, by_name) or [n for n in sorted(by_name) if wanted in n][:MOST_SUGGESTED]
    suggestion = f"Did you mean {' or '.join(near)}?" if near else "`waybill explain` lists all."
    typer.echo(f"There is no code {given}. {suggestion}", err=True)
    raise typer.Exit(1)


def _text(code: Code) -> str:
    action = f"\n\nWhat to do: {code.action}" if code.action else ""
    return f"{code.name} ({code.kind})\n\n{code.what}{action}"
