"""What people agreed to, whom nobody may write to, what is told and what is forgotten."""
