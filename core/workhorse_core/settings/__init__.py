"""Settings of the user and of the repository, and the user's trust."""
