"""A message to a channel is put together with the database and sent without it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import outbound
from accounts.outbound import Answer, AnswerTooLarge, OutboundError, Refused
from accounts.secrets import unseal
from handoff.attempts import Outcome, Result, asked_for
from handoff.channels import facts, signing, slack
from handoff.models import Channel, OutgoingEvent

TIMEOUT_S = 15.0


@dataclass(frozen=True)
class Message:
    """Ready to leave; nothing of it is read from the database any more."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def message(channel: Channel, events: Sequence[OutgoingEvent], *, at: datetime) -> Message:
    """A webhook of one event, or a Slack message of several. Raises Unreadable where address or secret were sealed
    with a key that is gone."""
    is_slack = channel.kind == Channel.Kind.SLACK
    told = slack.body_of(events, channel) if is_slack else facts.body_of(events[0], channel)
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    if not is_slack:
        headers |= signing.headers(channel, facts.message_id(events[0]), body, at=at)
    return Message(unseal(channel.url), headers, body)


def send(ready: Message, *, at: datetime) -> Outcome:
    """Makes the call and says what became of it. Never raises for what another system does."""
    try:
        answer = outbound.request(
            "POST", ready.url, headers=ready.headers, body=ready.body, timeout_s=TIMEOUT_S
        )
    except AnswerTooLarge as error:
        return _judged(Answer(error.status, {}, b"", 0), at)
    except Refused as error:
        return Outcome(Result.FAILED, str(error))
    except OutboundError as error:
        return Outcome(Result.LATER, str(error))
    return _judged(answer, at)


def _judged(answer: Answer, at: datetime) -> Outcome:
    """2xx is taken, 410 wants no more, everything else is tried again."""
    if 200 <= answer.status < 300:
        return Outcome(Result.SENT, status=answer.status)
    if answer.status == 410:
        return Outcome(Result.GONE, _("The receiver wants no more messages (410)."), answer.status)
    said = _("The receiver answered %d.") % answer.status
    if 300 <= answer.status < 400:
        said = _("The receiver answered %d, a redirect, which is not followed.") % answer.status
    return Outcome(Result.LATER, said, answer.status, asked_for(answer.headers, at))
