"""Views of xAPI over HTTP: each resource a module; what all of them share is in ``resource``."""
