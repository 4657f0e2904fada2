"""Performance-focused surveys of learners and managers, and what their answers add up to."""
