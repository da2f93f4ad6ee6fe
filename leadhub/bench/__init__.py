"""How fast leadhub is, as ratios to hand-written SQL taken in the same run. Absolute times lie on a shared machine;
the ratio of two things done in turn does not."""
