"""What is in stock, where it comes from, and what is left of it."""
