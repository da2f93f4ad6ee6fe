"""To whom leads go, and why: rules in an order (matching), who can take one (candidates), whose turn it is
(choosing), the decision with its reason (deciding), and offers that lapse or are made later (offers)."""
