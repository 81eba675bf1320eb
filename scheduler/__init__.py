"""APScheduler and nothing else: a table of ticks and what runs them. All state is in the database."""
