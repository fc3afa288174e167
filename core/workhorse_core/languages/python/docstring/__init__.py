"""Docstrings as text: their content, sections and paragraphs."""
