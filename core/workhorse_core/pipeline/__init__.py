"""The stages of a task, one noun a file, in the order of the layers contract."""
