"""Work in the background: progress, cancelling, and a clean end whatever happens."""
