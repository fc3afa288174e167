"""The deterministic engines of the actions, one file each."""
