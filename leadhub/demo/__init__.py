"""Demo data: invented people, replayed through the product's own rooms under a moved clock, so that every
score, crossing, handoff and clock in it is one that the product itself made."""
