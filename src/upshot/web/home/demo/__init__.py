"""The demonstration: Harbour and two real studies loaded into the product, its people by role, and what was planted."""
