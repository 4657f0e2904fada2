"""The loop: reviews, decisions, actions, alerts, the executive page and the ledger's pages."""
