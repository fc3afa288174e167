"""What the code itself says about a definition, put into words: one file per source of words."""
