"""What Workhorse can be asked to do, one file an action."""
