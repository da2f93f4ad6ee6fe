"""Which criteria carry leads over the line, what sales makes of them, and which are worse or better than luck."""
