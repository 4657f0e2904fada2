"""Motivation by consent: goals, missions, mastery, recognition, badges."""
