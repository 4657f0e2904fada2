"""What changes surveys: keep a text, send it for an initiative, ask people, take their answers."""
