"""Work lists for designers: what practice, surveys and answers say should change in the content."""
