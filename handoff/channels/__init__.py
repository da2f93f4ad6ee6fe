"""Other systems are told of what happens here: Slack channels, and addresses that take signed webhooks.

`posting.post` writes a row for each channel that wants to know; handoff/delivering sends them."""

from handoff.channels.posting import Event, post

__all__ = ["Event", "post"]
