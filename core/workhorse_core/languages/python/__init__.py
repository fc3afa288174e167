"""Python: source, definitions, signatures, docstrings, symbols."""
