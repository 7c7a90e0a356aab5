"""What day it is: the one place that asks the machine for it, so that a day can be set (`LEADUP_TODAY`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Clock:
    """The machine's clock; with `pinned`, a service that lives on that day in every zone."""

    pinned: date | None = None

    def now(self) -> datetime:
        """The present instant, UTC. A pinned day does not move it: when something was written stays true."""
        return datetime.now(UTC)

    def today(self, zone: str) -> date:
        """The day it is in `zone` (IANA name), or the pinned day."""
        return self.pinned or self.now().astimezone(ZoneInfo(zone)).date()

    def reached(self, moment: datetime) -> bool:
        """Whether a moment (with its zone) has come. A pinned day is lived to its end: all its hours have come."""
        return moment.date() <= self.pinned if self.pinned else moment <= self.now()


def day_in(zone: str, when: str) -> date:
    """The day in `zone` (IANA name) of an instant as the wire writes it; of a day, the day itself."""
    return datetime.fromisoformat(when).astimezone(ZoneInfo(zone)).date() if "T" in when else date.fromisoformat(when)


def instant(moment: datetime) -> str:
    """An instant as the wire writes it: UTC, whole seconds, `Z`."""
    # strftime does not pad years before 1000 everywhere.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
