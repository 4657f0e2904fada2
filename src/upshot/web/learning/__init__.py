"""What is next for me, and why."""
