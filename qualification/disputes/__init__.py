"""What sales disputes: facts that were wrong, criteria that should not count; listed for marketing, and settled."""
