"""Protection of secrets: none is accepted in an address, none appears in messages or logs."""

from __future__ import annotations

import re
from urllib.parse import quote

from catalog.base.errors import ArtcatError

# A name before the host, or more than a port after it: a secret may hold slashes itself.
_CREDENTIALS = re.compile(r"://[^/\s]*@|://[^/\s:@\[\]]*:(?!\d{1,5}(?:[/?#,;'\"\s]|$))")
HIDDEN = "***"
_MIN_LENGTH = 8
"""Minimum characters of a secret that is redacted: a shorter one would match everywhere."""
_secrets: set[str] = set()


def holds_credentials(text: str) -> bool:
    """Return whether an address in a text has a user's name or password before the host."""
    return _CREDENTIALS.search(text) is not None


def refuse_credentials(text: str, what: str) -> None:
    """Raise ArtcatError, which says what a text is and not what it holds, if it has credentials."""
    if holds_credentials(text):
        raise ArtcatError(
            f"{what} contains credentials, which would be seen in logs: take them out; S3's are "
            "found as boto3 does (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile), "
            "Prefect's are PREFECT_API_KEY or PREFECT_API_AUTH_STRING"
        )


def remember(*secrets: str | None) -> None:
    """Register secrets that `redact` hides from now on."""
    known = {secret for secret in secrets if secret and len(secret) >= _MIN_LENGTH}
    _secrets.update(known, (quote(secret, safe="") for secret in known))


def scrubbed(text: str) -> str:
    """Remove registered secrets from a text: storage services echo requests in their errors."""
    for secret in _secrets:
        text = text.replace(secret, HIDDEN)
    return text
