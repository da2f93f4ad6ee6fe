"""Forms: what they ask and what happens to what they get."""
