"""What follows a ringing clock, step by step of the policy's chain (handoff/chains.py): who is told, what moves."""

from handoff.escalation.following import escalate
from handoff.escalation.nudging import nudge

__all__ = ["escalate", "nudge"]
