"""Start processes, watch them, restart what dies, end all in order."""
