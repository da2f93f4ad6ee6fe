"""Why a score is what it is, was what it was, and could be: lines, evidence, replay, range, receipt."""
