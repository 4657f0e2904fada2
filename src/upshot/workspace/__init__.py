"""The folder a firm works in, and the use cases that command line and web share."""
