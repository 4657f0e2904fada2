"""Scenarios in the browser: written and reviewed in the studio, played by learners, counted answer by answer."""
