"""Sources of evidence for the type of a slot, one file each."""
