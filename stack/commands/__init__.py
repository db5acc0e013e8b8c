"""The platform's commands, a file each; each file has a function `command`."""
