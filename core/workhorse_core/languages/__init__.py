"""The seam for languages: definitions, syntax errors and context of source code."""
