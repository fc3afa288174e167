"""Checks of a candidate before its review, one file each."""
