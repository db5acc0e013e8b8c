"""``waybill explain CODE``: what a code of composition means, and what to do about it."""

from __future__ import annotations

from typing import Annotated

import typer

from ..composition.codes import CODES, Code, explain, render_docs


def command(
    code: Annotated[str | None, typer.Argument(help="A code, as in an error's output.")] = None,
    markdown: Annotated[bool, typer.Option(help="Print all codes as docs/errors.md.")] = False,
) -> None:
    """Explain a code; without one, list them all."""
    if markdown:
        typer.echo(render_docs(), nl=False)
    elif code is None:
        for each in CODES.values():
            typer.echo(f"{each.kind:5}  {each.name}")
    else:
        _explain(code)


def _explain(code: str) -> None:
    found = explain(code)
    if isinstance(found, Code):
        typer.echo(f"{found.name} ({found.kind})\n\n{found.what}\n\nWhat to do: {found.action}")
        return
    near = f" Did you mean {' or '.join(found)}?" if found else ""
    typer.echo(f"There is no code {code}.{near}", err=True)
    raise typer.Exit(1)
