"""The core of Workhorse: from a task to a proved, approved, landed diff."""
