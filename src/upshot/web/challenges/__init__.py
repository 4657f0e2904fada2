"""Challenges at work: a real case, an if-then plan, evidence, observation, sign-off, check-ins."""
