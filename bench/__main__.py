"""``python -m bench``: one command for each measurement, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

import typer

COMMANDS = {
    "composition": "bench.composition",
    "figures": "bench.figures",
    "gateway": "bench.gateway",
    "growth": "bench.growth",
    "platform": "bench.platform",
    "subgraphs": "bench.subgraph_execution",
    "tenants": "bench.tenants",
}


def main() -> None:
    """Run one measurement."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    for name, module in COMMANDS.items():
        app.command(name)(import_module(module).command)
    app()


if __name__ == "__main__":
    main()
