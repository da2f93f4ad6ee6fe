"""Pages of insights: they read and write nothing."""
