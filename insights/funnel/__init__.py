"""MQLs of a month or a source, followed to today: how many became SQL, opportunity, customer, and how soon."""
