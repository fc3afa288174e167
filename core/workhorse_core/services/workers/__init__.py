"""Worker processes that run tasks for a server."""
