"""How good the data is: what is missing or wrong, mended by the hundred, and looked through every quarter."""
