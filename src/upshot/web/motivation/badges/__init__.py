"""Open Badges 3.0: the credential, its signature and keys, and the documents that verifiers fetch."""
