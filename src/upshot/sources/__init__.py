"""Inbound: a firm's exports to rows and rejects, by mapping profile."""
