"""Modules that an annotation may import while the program runs, although they were not imported before."""

EFFECT_FREE_MODULES = frozenset({"collections.abc", "types", "typing"})
"""`typing`, and the modules that it loads itself and that hints name. Every other module costs time, memory, or more:
it is imported for type checkers only, or was imported already."""
