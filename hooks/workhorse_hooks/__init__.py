"""The git hooks of Workhorse: a door that git opens."""
