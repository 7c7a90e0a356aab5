"""A pack as one file (.zip, .tar, .tar.gz): its files laid out in a folder for as long as they are read."""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from calendars.packfiles import CALENDAR, EVENTS, NAMES
from schemas.errors import CalendarUnreadable

LARGEST_OCTETS: Final = 256 * 1024 * 1024
"""How large a file of a pack may be when it is unpacked."""


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The folder of a pack: `path` itself, or what an archive holds, gone afterwards.

    Only the three files of a pack are taken out of it, from its top or the one folder they lie in. Raises
    CalendarUnreadable for what is no archive, lacks one of them, or has one that is too large.
    """
    if path.is_dir() or not path.exists():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="leadup-pack-") as folder:
        _unpack(path, Path(folder))
        yield Path(folder)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive of a sort that packs come in, whatever it holds."""
    return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)


def _unpack(path: Path, folder: Path) -> None:
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _take(path, folder, archive.namelist(), archive.open)
        elif tarfile.is_tarfile(path):
            with tarfile.open(path) as tar:
                names = [member.name for member in tar if member.isfile()]
                _take(path, folder, names, tar.extractfile)
        else:
            raise _unreadable(path, "it is neither a folder nor a .zip, .tar or .tar.gz archive")
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, RuntimeError, NotImplementedError) as cause:
        raise _unreadable(path, f"the archive cannot be read: {cause}") from cause


def _take(path: Path, folder: Path, names: list[str], read: Callable[[str], IO[bytes] | None]) -> None:
    where = sorted((str(PurePosixPath(name).parent) for name in names if PurePosixPath(name).name == CALENDAR), key=len)
    if not where:
        raise _unreadable(path, f"the archive holds no {CALENDAR}")
    by_place = {PurePosixPath(name): name for name in names}
    for file in (CALENDAR, NAMES, EVENTS):
        name = by_place.get(PurePosixPath(where[0]) / file)
        source = read(name) if name else None
        if source is None:
            raise _unreadable(path, f"the archive holds no {file} beside its {CALENDAR}")
        with source:
            octets = source.read(LARGEST_OCTETS + 1)
        if len(octets) > LARGEST_OCTETS:
            raise _unreadable(path, f"its {file} is larger than {LARGEST_OCTETS} bytes")
        (folder / file).write_bytes(octets)


def _unreadable(path: Path, clause: str) -> CalendarUnreadable:
    detail = f"{clause[:1].upper()}{clause[1:]}."
    return CalendarUnreadable([{"file": path.name, "line": None, "detail": detail}])
