"""What people can do: frameworks, levels with the evidence they rest on, and the map from action to practice."""
