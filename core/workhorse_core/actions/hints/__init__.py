"""The action that adds type hints."""
