"""The answer: moments, estimators, checks, grade and claim; pure arithmetic on arrays."""
