"""What could be wrong with a comparison, one check a file; each finds the fault it is made for."""
