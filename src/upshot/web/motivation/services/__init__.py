"""What changes in motivation: switches and choices, goals, sentences of recognition, badges."""
