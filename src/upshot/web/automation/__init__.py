"""Rules that run routine work: when, if, then; tried on the past before they act."""
