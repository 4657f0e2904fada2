"""The promise: the plan document, parsed, checked and hashed."""
