"""Programs, locks, lazy regular expressions, serialization: what knows nothing of the rest."""
