"""Template tags of rules."""
