"""Who may come in, as what, and how far they see: users, organisations, roles, scopes."""
