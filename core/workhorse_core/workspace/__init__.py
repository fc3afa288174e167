"""A project: where its files are and how they are read."""
