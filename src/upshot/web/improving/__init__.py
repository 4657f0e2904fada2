"""Work lists: what answers, drop-offs and barriers say about an activity, who mends it by when, and what changed."""
