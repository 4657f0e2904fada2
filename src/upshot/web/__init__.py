"""The product in the browser: Django, and nothing else in Upshot knows it."""
