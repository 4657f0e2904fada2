"""The plan as document and as form: versions, comments, signatures, lock, amendments."""
