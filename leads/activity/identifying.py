"""Items that say who somebody is, and where they work: leads are made or joined, and companies learn."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leads.activity.items import Item
from leads.capturing import proposals
from leads.identity import companies, joining, stitching
from leads.identity.joining import Joined, Key, Person, Policy
from leads.models import ContactKey, Visitor


def join(
    items: Sequence[Item], visitors: Mapping[str, int], *, policy: Policy, source: str, at: datetime
) -> list[tuple[Item, Joined]]:
    """The items that tell of a person, each with its lead. `visitors` are ids by trail.

    An e-mail makes a lead; who is known already by user id or browser needs none. A bare user id makes no lead:
    it waits as a trail."""
    telling = [item for item in items if item.identifies and item.values]
    if not telling:
        return []
    found = _keys(telling, visitors)
    told = [item for item in telling if item.values.get("email") or item.message_id in found]
    people = [
        Person(values=item.values, keys=[*item.keys, *found.get(item.message_id, ())])
        for item in told
    ]
    joined = joining.join(people, policy=policy, source=source, at=at)
    proposals.keep(joined, source=source, at=at)
    facts = [
        (lead.lead_id, item.company)
        for item, lead in zip(told, joined, strict=True)
        if item.company
    ]
    companies.learn(facts, overwrite=policy is Policy.OVERWRITE, source=source, at=at)
    return list(zip(told, joined, strict=True))


def _keys(items: Sequence[Item], visitors: Mapping[str, int]) -> dict[str, list[Key]]:
    """Further keys by message id, for those without an e-mail whose lead is known all the same."""
    bare = [item for item in items if not item.values.get("email")]
    if not bare:
        return {}
    named = {item.user_id for item in items if item.values.get("email")}
    users = named | set(stitching.leads_of_users({item.user_id for item in bare if item.user_id}))
    by_browser = _of_browsers(
        {visitors[item.anonymous_id] for item in bare if item.anonymous_id and not item.user_id}
    )
    found: dict[str, list[Key]] = {
        item.message_id: [] for item in bare if item.user_id and item.user_id in users
    }
    for item in bare:
        key = None if item.user_id else by_browser.get(visitors[item.anonymous_id])
        if key is not None:
            found[item.message_id] = [key]
    return found


def _of_browsers(visitor_ids: set[int]) -> dict[int, Key]:
    """A key of the lead that each browser belongs to."""
    leads = dict(
        Visitor.objects.filter(pk__in=visitor_ids).exclude(lead=None).values_list("pk", "lead_id")
    )
    keys = ContactKey.objects.filter(lead__in=set(leads.values())).order_by("pk")
    of_lead = {
        lead_id: (kind, value)
        for lead_id, kind, value in keys.values_list("lead_id", "kind", "value")
    }
    return {visitor: of_lead[lead] for visitor, lead in leads.items() if lead in of_lead}
