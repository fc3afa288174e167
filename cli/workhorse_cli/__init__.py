"""The command line of Workhorse."""
