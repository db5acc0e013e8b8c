"""``python -m router``: the router by itself, without the platform's commands."""

from __future__ import annotations

from .commands.serve import main

if __name__ == "__main__":
    main()
