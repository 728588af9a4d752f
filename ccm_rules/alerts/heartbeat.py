"""Signs of life: a file and a URL by which a dead-man's switch knows that the job runs."""

from __future__ import annotations

import http.client
import json
import urllib.error
from collections.abc import Mapping

from ccm_rules.alerts.files import write_whole


def write_health(path: str, state: Mapping[str, object]) -> None:
    """Write how the run ended, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    text = json.dumps(state, ensure_ascii=False) + "\n"
    write_whole(path, text.encode())


def ping(url: str, timeout: float) -> str:
    """Call a URL with GET; returns why it failed, without the URL, or an empty text."""
    from ccm_rules.alerts.channels.webhook import post, why

    try:
        post(url, None, {}, timeout)
    except urllib.error.HTTPError as error:
        with error:
            return f"answered {error.code}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return why(error).replace(url, "…")
    return ""
