"""The conformance probe: measure what a model on a server really does."""
