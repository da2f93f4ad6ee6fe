"""Messages as they lie on a mail server, written for these tests."""

from email.message import EmailMessage
from typing import Any


def letter(
    text: str = "Can you score suppliers as well?",
    *,
    sender: str = "Petra Lang <petra@northwind.example>",
    to: str = "sales@ours.example",
    subject: str = "A question",
    **headers: str,
) -> bytes:
    """A plain message; `headers` in Python's spelling, such as Auto_Submitted."""
    message = EmailMessage()
    fixed = {"From": sender, "To": to, "Subject": subject, "Message_ID": "<1@northwind.example>"}
    for name, value in {**fixed, **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def numbered(number: int, **told: Any) -> bytes:
    return letter(Message_ID=f"<{number}@northwind.example>", **told)


BOUNCE = b"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: sales@ours.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b1@mx.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Petra@Northwind.example
Action: failed
Status: 5.1.1

--B--
"""
HTML = b"""From: =?utf-8?q?Petra_L=C3=A1ng?= <petra@northwind.example>
To: sales@ours.example
Subject: =?utf-8?b?w5xiZXIgdW5z?=
Message-ID: <h1@northwind.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<html><head><style>p { color: red }</style></head><body><p>We have <b>forty</b> sheets.</p>
<script>alert(1)</script><div>Call me.</div></body></html>
"""
