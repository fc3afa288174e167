"""Comparisons of two files, for the proofs."""
