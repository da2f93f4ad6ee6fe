"""How many true pairs the search proposes, and how many of the proposed are true, on rows whose truth is known."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from leads.identity import likeness, profiles
from leads.identity.finding import MOST_OF_A_KEY
from leads.models import Lead


@dataclass(frozen=True)
class Measured:
    proposed: int
    precision: float
    recall: float


def measure(leads: Sequence[Lead], truth: Sequence[str]) -> Measured:
    """Compares the leads that share a key, as the search does; `truth` names the person of each."""
    known = [profiles.profile(lead) for lead in leads]
    sharing: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(known):
        for key in profiles.keys(one):
            sharing[key].append(number)
    near = {
        pair
        for numbers in sharing.values()
        if len(numbers) <= MOST_OF_A_KEY
        for pair in combinations(numbers, 2)
    }
    proposed = [(a, b) for a, b in near if likeness.compare(known[a], known[b]).is_enough]
    hits = sum(truth[a] == truth[b] for a, b in proposed)
    true = sum(count * (count - 1) // 2 for count in Counter(truth).values())
    return Measured(len(proposed), hits / max(1, len(proposed)), hits / true)
