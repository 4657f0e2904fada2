"""Motivation by consent: own goals, missions, personal bests, recognition and badges, each for whoever chose it."""
