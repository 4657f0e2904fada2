"""The roster as pages see it: people, teams, managers, history, merged accounts."""
