"""What needs me now, by role; the tour of the demonstration."""
