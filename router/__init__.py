"""A federation router: composes subgraphs, plans, executes, streams. Knows no platform."""
