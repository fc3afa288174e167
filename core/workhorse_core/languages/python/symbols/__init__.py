"""The symbol index of one project: its modules, and everything that is defined, bound, imported and used in them."""
