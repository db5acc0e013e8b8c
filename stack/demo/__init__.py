"""Demo data: plausible people, places, menus and orders, the same for the same seed."""
