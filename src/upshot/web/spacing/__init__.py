"""Spaced practice: decisions asked again when they are about to be forgotten."""
