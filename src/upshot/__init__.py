"""Upshot."""
