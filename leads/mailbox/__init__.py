"""An address whose messages become leads and touches: read by IMAP, understood, taken once each."""
