"""The learning record store: xAPI over HTTP."""
