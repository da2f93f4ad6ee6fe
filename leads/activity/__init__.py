"""What they did: events, the classes of who did them, and the dictionary of looks."""
