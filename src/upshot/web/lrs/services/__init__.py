"""What the store does: each use case a module; views and the command line call the same."""
