"""When to say what: hours, days off, cap and bundling as arithmetic; no database, no clock, no Django."""
