"""Write the golden feeds anew: `python -m tests.golden.rewrite`.

On purpose only: a changed byte reaches every subscriber. Raise `calendars.vevent.RENDERER`, say it in CHANGELOG, and
commit the files with both.
"""

from __future__ import annotations

from tests.golden.sorts import GOLDENS, path


def rewrite() -> list[str]:
    """The names of the files that changed."""
    changed = []
    for name, golden in GOLDENS.items():
        octets = golden().feed()
        if not path(name).exists() or path(name).read_bytes() != octets:
            path(name).write_bytes(octets)
            changed.append(name)
    return changed


if __name__ == "__main__":
    for name in rewrite():
        print(f"rewrote {name}.ics")  # noqa: T201 (what a command says)
