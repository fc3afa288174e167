"""Rendering of a docstring: the literal, its place, and edits of an old one."""
