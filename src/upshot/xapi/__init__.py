"""Statements: xAPI 1.0.3 and 2.0 (IEEE 9274.1.1), validated, normalised, compared and filtered; no input or output."""
