"""E-mail addresses, by form alone (RFC 5321, 5322, 6531): nothing is asked of the DNS."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


class NoMailbox(ValueError):
    """A text that is no e-mail address; its words say why."""


def mailbox(text: str) -> str:
    """The address, its domain in lower case and both parts in Unicode's composed form; raises NoMailbox.

    Names in angle brackets, quoted strings, comments and address literals are refused: nobody's mailbox has them, and
    tricks are made of them. A domain need not have a dot: a house may have its own.
    """
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError as cause:
        raise NoMailbox(str(cause)) from cause
    return found.normalized


def same_mailbox(address: str) -> str:
    """What two spellings of one mailbox have in common: letters of any case, as every server but none that matters
    treats them."""
    return address.casefold()
