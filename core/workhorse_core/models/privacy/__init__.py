"""Hosts that code may be sent to, and secrets that are masked in it."""
