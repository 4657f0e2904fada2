"""What is done with paths: enrolled, recorded, settled, certified, changed; pages and chores call the same."""
