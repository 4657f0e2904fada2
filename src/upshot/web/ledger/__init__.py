"""The ledger: promises, results and decisions, append-only and hash-chained."""
