"""Model servers: where they are, their kind and state, and the choice of a model."""
