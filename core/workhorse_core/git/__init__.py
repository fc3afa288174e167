"""Git: repositories, and writing to them without touching the user's work."""
