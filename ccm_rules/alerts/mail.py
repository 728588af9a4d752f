"""A message as a mail: headers, plain text, HTML, and all data where text is cut."""

from __future__ import annotations

import datetime as dt
import json
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from ccm_rules.alerts.ledger import Message
from ccm_rules.alerts.wording import cut, html_of, subject_of, text_of


def bare(sender: str) -> str:
    """The address without its name.

    >>> bare("CCM alerts <alerts@example.org>")
    'alerts@example.org'
    """
    return parseaddr(sender)[1]


def mail_of(message: Message, sender: str) -> bytes:
    """Write the mail: the same bytes each time, so that a repeat is a repeat.

    The recipients stand in the envelope alone: a group need not see who else is told.
    """
    mail = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    user, _, domain = address.rpartition("@")
    mail["From"] = Address(name, user, domain)
    mail["To"] = Address(f"ccm-check {message.route}", user, domain)
    mail["Subject"] = subject_of(message)
    made = dt.datetime.fromisoformat(message.made.replace("Z", "+00:00"))
    mail["Date"] = format_datetime(made)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text_of(message), cte="quoted-printable")
    mail.add_alternative(html_of(message), subtype="html", cte="quoted-printable")
    if cut(message):
        data = json.dumps(message.body, ensure_ascii=False, indent=1) + "\n"
        mail.add_attachment(
            data.encode("utf-8", "backslashreplace"),
            maintype="application",
            subtype="json",
            filename=f"{message.body['as_of']}-{message.id}.json",
        )
    # Fixed boundaries: the generator would choose random ones.
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{message.id}_{number}")
    return mail.as_bytes()
