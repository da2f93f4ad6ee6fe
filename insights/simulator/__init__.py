"""What if: the last weeks once more, with another line, other staff or another promise.

`room` is the pure model of a team at work, `candidates` reads what came and what became of it, `replay` puts the two
together, `answer` says it in words. docs/manager.md says what is assumed."""
