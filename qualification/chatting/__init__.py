"""A chat by rules: questions one by one, with no model and no outside service behind it."""
