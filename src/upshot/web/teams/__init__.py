"""What a manager does this week."""
