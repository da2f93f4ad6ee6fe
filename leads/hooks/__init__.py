"""Inbound webhooks: what other systems send is kept, verified, understood by a mapping, and joined."""
