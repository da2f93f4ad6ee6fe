"""Who is it: contact keys, joining what is one person, companies."""
