"""What a no rests on: the facts that made the lead an MQL, ticked by the rep, and what each reason asks for."""
