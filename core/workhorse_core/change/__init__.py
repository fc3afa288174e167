"""Edits, moves and patches: bytes only, no language."""
