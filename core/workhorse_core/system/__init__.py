"""Programs, processes, locks, private files, lazy regular expressions, serialization: independent of the rest."""
