"""Harbour, the demonstration firm: an invented bank, two years of readings, and a truth that was planted."""
