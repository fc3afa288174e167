"""Asking a model for a docstring, and judging its answer."""
