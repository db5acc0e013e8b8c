"""What people see of a start: steps that come up, progress, the table at the end."""
