"""A folder as a transport: one .eml a letter, never half there, never two of one."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from schemas.errors import LetterDelayed
from schemas.mailboxes import same_mailbox
from service.mail.messages import Sealed


def deliver(folder: Path, letter: Sealed) -> Path:
    """Put a letter into `folder`, making it if need be, and answer its file. Raises LetterDelayed if that cannot be.

    The file has the name that the letter keeps, so that one delivered again after a crash takes the place of itself.
    """
    file, half = folder / f"{letter.name}.eml", folder / f".{letter.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(half, letter.octets)
        half.replace(file)
        _keep(folder)
    except OSError as cause:
        raise LetterDelayed(f"The letter {file.name} cannot be put into {folder}: {cause.strerror}.") from cause
    return file


def erase(folder: Path, address: str) -> int:
    """Remove every letter to an address from `folder`; how many there were."""
    found = [file for file in folder.glob("*.eml") if _goes_to(file, address)]
    for file in found:
        file.unlink(missing_ok=True)
    return len(found)


def remove(folder: Path, name: str) -> None:
    """Remove the letter of that name from `folder`, and what a death may have left of it."""
    for file in (folder / f"{name}.eml", folder / f".{name}.part"):
        file.unlink(missing_ok=True)


def _goes_to(file: Path, address: str) -> bool:
    """Whether a letter goes to an address, by the octets of its `To`: what reads headers for a person decodes words in
    them, and does not read addresses beyond ASCII (RFC 6532)."""
    head = file.read_bytes().partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    found = _TO.search(head)
    return found is not None and same_mailbox("".join(found[1].split())) == same_mailbox(address)


_TO: Final = re.compile(r"^To:((?:.*)(?:\r\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _keep(folder: Path) -> None:
    """Have the folder's entries outlast a power cut, as the store's note that the letter went will."""
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
