"""Which model server is there, what it is, and which model to ask."""
