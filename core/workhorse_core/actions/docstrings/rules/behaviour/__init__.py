"""Sentences from what the body of a function does."""
