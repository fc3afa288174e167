"""What the user and the repository have set, and whom the user trusts."""
