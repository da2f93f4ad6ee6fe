"""What the page on notifications says is done here word by word."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from accounts import clock, outbound
from accounts.secrets import unseal
from handoff import channels
from handoff.channels import Event, kinds
from handoff.delivering import deliver
from handoff.delivering.listing import replay
from handoff.models import Delivery
from tests import factories
from tests.handoff.channels.conftest import MakeChannel

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


def test_the_receiver_of_the_documents_takes_our_messages_once_and_nobody_else_s(
    make_channel: MakeChannel, tmp_path: Path
) -> None:
    text = (ROOT / "docs" / "notifications.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    (tmp_path / "receiver.py").write_text(code[1])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    channel = make_channel(url)
    environment = os.environ | {"PORT": str(port), "LEADHUB_SECRET": unseal(channel.secret)}
    run = [sys.executable, str(tmp_path / "receiver.py")]
    with subprocess.Popen(
        run, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as there:
        try:
            _wait_for(port)
            lead, at = factories.make_lead(), clock.now()
            channels.post([Event("lead.crossed", "one", lead_id=lead.pk)], at=at)
            deliver(at)
            replay(Delivery.objects.all(), at=at)
            deliver(at)
            row = Delivery.objects.get()
            assert (row.state, row.status) == ("sent", 204)
            answer = outbound.request("POST", url, headers={"webhook-id": "x"}, body=b"{}")
            assert answer.status == 401
        finally:
            there.terminate()
        assert there.stdout is not None
        assert there.stdout.read().splitlines() == [f"lead.crossed {lead.public_id}"]


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError("the receiver does not listen")


def test_the_documents_name_every_event_that_can_be_chosen() -> None:
    text = (ROOT / "docs" / "notifications.md").read_text()
    assert [kind for kind, _label in kinds.CHOSEN if f"`{kind}`" not in text] == []
