"""Messages: what is sent to whom, when, through which channel and why; one table, one planner."""
