"""What can be seen of a running router: metrics, access log, logs. At the ground: any room may report."""
