"""What the code itself says of a type that is not written down: one file per source, and how they are settled."""
