"""The check of what docstrings say: one file a kind of fault, those of any prose apart from those of Python's code."""
