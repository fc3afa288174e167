"""What every door uses: running a task, reviewing, auditing."""
