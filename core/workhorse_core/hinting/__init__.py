"""Type hints: where one is missing, what may stand there, and how it is written."""
