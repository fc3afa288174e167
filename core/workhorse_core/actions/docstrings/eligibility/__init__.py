"""Which definitions get a docstring."""
