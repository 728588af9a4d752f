"""Messages by mail: plain text and HTML in one, to one recipient group at a time."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence

from ccm_rules.alerts.channels.sending import Failure, Refusal
from ccm_rules.alerts.config import Channel, SecretError
from ccm_rules.alerts.ledger import Message


class Mail:
    """Sends through one mail server."""

    def __init__(self, channel: Channel, timeout: float) -> None:
        self._channel = channel
        self._timeout = timeout

    def send(self, message: Message, recipients: Sequence[str], now: str) -> Mapping[str, Refusal]:
        """Send one mail; see `Sender`."""
        from ccm_rules.alerts.mail import bare, mail_of

        channel = self._channel
        password = ""
        try:
            if channel.user:
                password = channel.secret.read() if channel.secret else ""
                if not password:
                    raise SecretError(
                        "no password: set CCM_SMTP_PASSWORD_FILE, or password_file in the routing "
                        "file"
                    )
        except SecretError as error:
            raise Failure(str(error), again=False) from None
        data = mail_of(message, channel.sender)
        try:
            with self._connect() as server:
                if channel.user:
                    server.login(channel.user, password)
                refused = server.sendmail(bare(channel.sender), list(recipients), data)
                # From here on the server has it: what goes wrong in parting is no matter.
                return _refusals(refused)
        except smtplib.SMTPRecipientsRefused as error:
            return _refusals(error.recipients)
        except smtplib.SMTPAuthenticationError as error:
            # What the server says is left out: some repeat what was sent to them.
            raise Failure(f"the login was refused ({error.smtp_code})", again=False) from None
        except smtplib.SMTPResponseException as error:
            said = _said(error.smtp_code, error.smtp_error)
            raise Failure(said, again=error.smtp_code < 500) from None
        except ssl.SSLCertVerificationError as error:
            said = f"the certificate is not valid: {error.verify_message}"
            raise Failure(said, again=False) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Failure(str(error), again=False) from None
        except (OSError, smtplib.SMTPException) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            if isinstance(error, TimeoutError) or said.endswith("timed out"):
                said = "did not answer in time"
            raise Failure(said) from None

    def _connect(self) -> _Server:
        channel = self._channel
        if channel.tls == "tls":
            return _Server(
                smtplib.SMTP_SSL(
                    channel.host,
                    channel.port,
                    timeout=self._timeout,
                    context=ssl.create_default_context(),
                )
            )
        server = _Server(smtplib.SMTP(channel.host, channel.port, timeout=self._timeout))
        if channel.tls == "starttls":
            try:
                server.smtp.starttls(context=ssl.create_default_context())
            except BaseException:
                server.smtp.close()
                raise
        return server


class _Server:
    """A connection that is always closed, politely if it can be."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp

    def __enter__(self) -> smtplib.SMTP:
        return self.smtp

    def __exit__(self, *_: object) -> None:
        try:
            self.smtp.quit()
        except (OSError, smtplib.SMTPException):
            self.smtp.close()


def _refusals(refused: Mapping[str, tuple[int, bytes]]) -> dict[str, Refusal]:
    return {who: Refusal(code >= 500, _said(code, text)) for who, (code, text) in refused.items()}


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {words}".split())[:300]
