"""What logs may not tell: whoever reads the secret of a feed's private address there could read the feed, and whoever
reads a link out of a letter could change what its subscriber is told."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Final

from schemas.feeds import PRIVATE

LOGS: Final = ("leadup", "gunicorn.error", "gunicorn.access", "werkzeug")
"""Where an address that was asked for may be told: by us, and by what serves us."""

_SECRETS: Final = (
    re.compile(rf"({re.escape(PRIVATE)})[^\s\"'?.]+"),
    re.compile(r"(/alerts/(?:confirm|manage|unsubscribe)/)[^\s\"'?]+"),
)


def masked(text: str) -> str:
    """The text, with dots for the secret of each private address and each signed link in it."""
    for secret in _SECRETS:
        text = secret.sub(r"\1...", text)
    return text


class _Masking(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True


_MASKING: Final = _Masking()


def mask_logs() -> None:
    """Tell no secret in any of LOGS, from now on."""
    for name in LOGS:
        logging.getLogger(name).addFilter(_MASKING)
