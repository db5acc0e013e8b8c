"""The processes of a router: load, listen, fork workers, watch, drain."""
