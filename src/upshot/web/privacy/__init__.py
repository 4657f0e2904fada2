"""What may be shown to whom: small groups, filters, export and erasure of a person."""
