"""How two files are compared, and what their difference may be."""
