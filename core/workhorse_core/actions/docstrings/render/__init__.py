"""From words to the literal in the source, at its place."""
