"""Services for every door: sessions, runs, reviews, audits, workers and watchers."""
