"""A project's own tools: found, configured, run and read."""
