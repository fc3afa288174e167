"""What must hold of a candidate before anybody is asked to approve it, one file a check."""
