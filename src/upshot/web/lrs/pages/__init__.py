"""Pages of the store for people: statements with search, refused requests, keys."""
