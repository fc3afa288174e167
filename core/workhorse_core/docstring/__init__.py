"""Docstrings as values: what they say, how each style writes it, and how to read them back."""
