"""Actions: one folder each, listed in `catalog`."""
