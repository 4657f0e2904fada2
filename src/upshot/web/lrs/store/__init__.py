"""The store's own SQL, on SQLite and PostgreSQL: written where the ORM would cost more than the work itself."""
