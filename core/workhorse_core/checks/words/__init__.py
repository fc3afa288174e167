"""Check of the sentences in docstrings: one file a kind of fault, prose apart from Python's code."""
