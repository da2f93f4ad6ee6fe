"""Simple sequences of e-mails to leads that sales does not call yet: who is enrolled, what they are sent and when, and
what ends it."""
