"""E-mail addresses, by form alone (RFC 5321, 5322, 6531): nothing is asked of the DNS."""

from __future__ import annotations

import re

from email_validator import EmailNotValidError, validate_email

LONGEST = 254

_ENCODED_WORD = re.compile(r"=\?.*\?=")


class NoMailbox(ValueError):
    """A text that is no e-mail address; its words say why."""


def mailbox(text: str) -> str:
    """The address, its domain in lower case and both parts in Unicode's composed form; raises NoMailbox.

    Names in angle brackets, quoted strings, comments, address literals and encoded words (RFC 2047: a mail program
    would show another address) are refused: nobody's mailbox has them, and tricks are made of them. A domain need not
    have a dot: a house may have its own.
    """
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError as cause:
        raise NoMailbox(str(cause)) from cause
    if _ENCODED_WORD.search(found.normalized):
        raise NoMailbox("It holds what mail programs decode into something else.")
    return found.normalized


def same_mailbox(address: str) -> str:
    """What spellings of one mailbox have in common: letters of any case, as every server but none that matters treats
    them, and a domain written either way. What is no address is but of any case."""
    try:
        local, _, domain = mailbox(address).rpartition("@")
    except NoMailbox:
        return address.casefold()
    return f"{local.casefold()}@{domain}"


def dns_domain(domain: str) -> str:
    """A domain as the DNS writes it (IDNA 2008, RFC 5891; that of 2003 has ss for ß, which is another's domain);
    raises NoMailbox."""
    if domain.isascii():
        return domain
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as cause:
        raise NoMailbox(str(cause)) from cause
    return found.ascii_domain


def spellings(address: str) -> tuple[str, ...]:
    """An address as it is written, and as mail servers are told it; none of what has no domain."""
    local, _, domain = address.rpartition("@")
    return tuple(dict.fromkeys((address, f"{local}@{dns_domain(domain)}"))) if local else ()
