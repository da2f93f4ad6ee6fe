"""Asking the lead itself: links to a framework's questions, and what was said by link or in a chat."""
