"""A folder as a transport: one .eml a letter, never half there, never two of one."""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path

from schemas.errors import LetterDelayed


def deliver(folder: Path, letter: EmailMessage) -> Path:
    """Put a letter into `folder`, making it if need be, and answer its file. Raises LetterDelayed if that cannot be.

    The file has the name of the letter, left of the @ of its Message-ID, so that a letter delivered again after a crash
    takes the place of itself.
    """
    name = letter["Message-ID"].strip("<>").rpartition("@")[0]
    file, half = folder / f"{name}.eml", folder / f".{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(half, letter.as_bytes())
        half.replace(file)
        _keep(folder)
    except OSError as cause:
        raise LetterDelayed(f"The letter {file.name} cannot be put into {folder}: {cause.strerror}.") from cause
    return file


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
