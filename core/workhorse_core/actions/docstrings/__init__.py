"""The action that adds and rewrites docstrings."""
