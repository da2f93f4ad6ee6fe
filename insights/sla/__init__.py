"""The manager's page: how the queue stands, what comes next, how promises were kept, by whom, and why not."""
