"""Python source: syntax, definitions, signatures, modules."""
