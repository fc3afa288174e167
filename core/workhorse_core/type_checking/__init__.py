"""Type checkers: sessions, and the search for the annotations that cause their findings."""
