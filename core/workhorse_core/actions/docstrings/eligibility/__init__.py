"""Selection of the definitions that get a docstring."""
