"""Which hosts code may be sent to, and the secrets that are masked in it."""
