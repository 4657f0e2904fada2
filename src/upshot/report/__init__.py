"""Outbound: findings to pages and documents; never queries."""
