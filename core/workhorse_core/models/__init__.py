"""Model servers: found, asked, started and stopped."""
