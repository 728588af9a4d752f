"""Ways on which messages go out. Each sends one message, once, and says what happened.

A channel holds no state between messages and never sees the ledger. Secrets are read
when they are used; what a failure says never holds them.
"""

from __future__ import annotations

from ccm_rules.alerts.channels.sending import Failure, Sender
from ccm_rules.alerts.config import Config


def channel_of(name: str, config: Config) -> Sender:
    """The channel of a name.

    Raises:
        Failure: there is none any more.
    """
    channel = config.channels.get(name)
    if channel is None:
        raise Failure(
            f"there is no channel {name!r} any more; put it back, or drop what waits for it "
            "with `ccm-check ledger drop`",
            again=False,
        )
    if channel.kind == "smtp":
        from ccm_rules.alerts.channels.smtp import Mail

        return Mail(channel, config.delivery.timeout)
    if channel.kind == "webhook":
        from ccm_rules.alerts.channels.webhook import Webhook

        return Webhook(channel, config.delivery.timeout)
    if channel.kind == "folder":
        from ccm_rules.alerts.channels.folder import Folder

        return Folder(channel.folder)
    from ccm_rules.alerts.channels.stdout import Stdout

    return Stdout()
