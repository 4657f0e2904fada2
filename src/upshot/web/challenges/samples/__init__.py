"""What the demonstration's advisers write, and the checklist they are observed by."""
