"""Everything Workhorse can be asked to do: a folder for each action, listed in `catalog`."""
