"""`python -m stack`: the `waybill` command, however the package is installed."""

from stack.cli import main

main()
