"""Answers: runs of estimates, and the pages of an initiative."""
