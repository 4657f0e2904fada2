"""Messages: one table of what is to be said to whom, one planner of when, and the channels that carry it."""
