"""Facts read from code: conditions, messages, defaults, bindings."""
