"""The servers that the platform is given: whether they are there, new enough, and let us in."""
