"""What changes in spaced practice: cards from attempts, answers, claims, and questions sent."""
