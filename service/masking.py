"""What logs may not tell: whoever reads the secret of a feed's private address there could read the feed, and whoever
reads a link out of a letter could change what its subscriber is told; addresses are erased from the store, not from
logs; and passwords are nobody's.

It holds for every record of the process, whoever makes it and wherever it is shown: each is masked as it is made.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable
from typing import Any, Final

from schemas.feeds import PRIVATE

_SHORTEST: Final = 4
"""A setting shorter than this is masked as part of its URL alone: it would be found in innocent words."""

_SECRETS: Final = (
    (re.compile(rf"({re.escape(PRIVATE)})[^\s\"'?.]+"), r"\1..."),
    (re.compile(r"(/alerts/(?:confirm|manage|unsubscribe)/)[^\s\"'?]+"), r"\1..."),
    (re.compile(r"(\w://)[^\s/?#\"'<>]{0,1000}@"), r"\1"),  # user and password of a URL (RFC 3986 section 3.2.1)
    (
        # Bounded (RFC 5321 section 4.5.3.1): what anyone may send is read in time that grows with its length alone.
        re.compile(
            r"""(?:"[^"\n]{0,64}"|[\w.!#$%*+^`~-][\w.!#$%*+^`~'-]{0,63})(?:@|%40)"""
            r"""(?:\[[^\]\s]{0,64}\]|[\w.-]{0,254}\w)"""
        ),
        "(an address)",
    ),
)

_told: set[str] = set()
"""What the settings hold that is not to be told, as it is."""

_make: Final = logging.getLogRecordFactory()


def masked(text: str) -> str:
    """The text without the secret of each private address and each signed link in it, without e-mail addresses, the
    users and passwords of URLs, and what `mask_logs` was told."""
    for secret in sorted(_told, key=len, reverse=True):
        text = text.replace(secret, "...")
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _make(*args, **kwargs)
    record.msg, record.args = masked(_message(record)), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
    if record.stack_info:
        record.stack_info = masked(record.stack_info)
    return record


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a record whose words and values do not fit is told as it is: logging itself must not fail
        return f"{record.msg} {record.args}"


def mask_logs(secrets: Iterable[str] = ()) -> None:
    """Tell no secret in any log of this process from now on, nor any of `secrets`."""
    _told.update(secret for secret in secrets if len(secret) >= _SHORTEST)
    logging.setLogRecordFactory(_record)
