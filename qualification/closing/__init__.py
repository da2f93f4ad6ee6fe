"""From an accepted lead to a deal that is won or lost: whom an SQL goes to, opportunities, and what they taught."""
