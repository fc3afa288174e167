"""Faults that show beside the Python code that a text describes."""
