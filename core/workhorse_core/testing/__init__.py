"""What tests need and production does not: shipped, so that every folder and every plugin can use it."""
