"""Promise and facts joined: who counts as treated, from when, compared with whom, and what was lost."""
