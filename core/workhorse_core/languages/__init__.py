"""The seam for languages: reading source code."""
