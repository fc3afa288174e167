"""Reading code: one file as bytes and as syntax, and what its definitions say."""
