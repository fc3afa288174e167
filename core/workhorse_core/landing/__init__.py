"""Putting an approved change into the three places where a file lives: work tree, index, branch."""
