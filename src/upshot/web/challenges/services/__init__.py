"""What people do with a challenge: plan, hand in, observe and decide, debrief, check in; each in one transaction."""
