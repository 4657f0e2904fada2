"""Pages about courses, and the addresses under which content runs, which are apart from every page."""
