"""Faults that a text shows by itself, whatever language its code is in."""
