"""Toy action that git hooks can look for: a loud comment above each function."""
