"""The project's own words: comments and docstrings of related definitions."""
