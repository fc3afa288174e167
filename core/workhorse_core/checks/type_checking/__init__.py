"""Type checkers asked again and again, and the search for what their findings are due to."""
