"""Docstrings from the code alone."""
