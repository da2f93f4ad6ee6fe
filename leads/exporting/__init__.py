"""Out of leadhub again, safely."""
