"""Who gave a date decides how it is told: what the body itself announced is announced, what others give is what they
expect. All letters, digests and replays have their words from here."""

from __future__ import annotations

from datetime import date

from calendars.description import begun, whose
from schemas.events import Event, SaidBy
from schemas.matters import by_the_body
from schemas.moves import move_in_words
from schemas.vocabulary import AHEAD
from schemas.when import When
from schemas.windows import Told, same
from schemas.wording import day_words, span_words
from service.mail.letters import plainly


def whose_words(said_by: SaidBy | None, *, start: bool = False) -> str:
    """Who gave a date, in words."""
    words = plainly(whose(said_by)) if said_by is not None else "a source that was not recorded"
    words = "the press" if words == "press" else words
    return f"{words[:1].upper()}{words[1:]}" if start else words


def window_words(when: When) -> str:
    """The window in words: of what has begun only its first days, since a window has begun by nobody's word."""
    if first := begun(when):
        return day_words(first)
    return when.text.removeprefix("opened in ").removeprefix("opened ")


def one_day(when: When) -> bool:
    """Whether the first day is exactly known."""
    return when.starts_min is not None and when.starts_min == when.starts_max


def called_off(state: Told) -> str:
    """`called off` of what the body itself called off; by the word of others it is reported so."""
    return "called off" if by_the_body(state) else "reported called off"


def opening_in(when: When) -> str:
    """What of a date is to hold the opening: the `day`, the `first day` or the `window`, or that of the first day where
    it lasts longer."""
    lasts = when.ends_max is None or when.ends_max != when.starts_max
    if one_day(when):
        return "first day" if lasts else "day"
    return "window of its first day" if lasts else "window"


def passed(when: When) -> str:
    """The opening of a date that passed, in a clause: `its first day, 24 November 2026`."""
    opening = opening_in(when)
    days = when.text if opening == "window" else span_words(when.starts_min or date.min, when.starts_max or date.max)
    return f"{'the' if ' of ' in opening else 'its'} {opening}, {days}"


def told_of(event: Event) -> Told:
    """An event's state, as far as who gave its date is concerned."""
    return Told(event.known_on, event.when, event.status, event.said_by)


def announced(state: Told) -> bool:
    """Whether the body itself announced the date, so that it may be called announced."""
    return state.status == "announced" and by_the_body(state)


def dated(state: Told) -> bool:
    """Whether any date was given, not only that it is to come."""
    return state.when.starts_max is not None or begun(state.when) is not None


def given(state: Told) -> str:
    """A date in a clause, by the verb of who gave it: `announced for mid-December 2025`, `expected by the press for
    early January 2026`; of what does not lie ahead its status and its days."""
    if state.status == "held" and (first := begun(state.when)):
        return f"opened {day_words(first)}"
    if state.status not in AHEAD:
        called = called_off(state) if state.status == "cancelled" else state.status
        return f"{called}, {window_words(state.when)}" if dated(state) else called
    by = f" by {whose_words(state.said_by)}" if state.said_by else ""
    verb = "announced" if announced(state) else f"expected{by}"
    if not dated(state):
        return f"{verb} without a date"
    return f"{verb} for {in_a_clause(state.when)}"


def in_a_clause(when: When) -> str:
    """A window after a preposition: `a day between 12 and 14 December 2025`."""
    window = window_words(when)
    return f"a day {window}" if window.startswith("between ") else window


def by_whom(state: Told) -> str:
    """`given`, with the giver where its verb does not name one."""
    named = not announced(state) and state.status in AHEAD and state.said_by
    return given(state) if named else f"{given(state)}, given by {whose_words(state.said_by)}"


def caveat(state: Told) -> str:
    """What a date is not, under letters about what lies ahead."""
    if announced(state):
        return (
            "This is what was announced, not what will be: a meeting may open earlier or later than announced, or not"
            " at all."
        )
    who = f"{whose_words(state.said_by)} expects" if state.said_by else "is expected, it is not recorded by whom"
    return f"This is what {who}, not what was announced: a meeting may open earlier or later, or not at all."


def since_letter(before: Told, now: Told, sent: date) -> str:
    """What is new since the letter of a day, which told the state `before`: in what words it had told it, or by how
    much the date moved where all else is as it was."""
    letter = f"our letter of {day_words(sent)}"
    if same(before, now):
        return f"nothing new since {letter}"
    if (before.status, before.said_by) == (now.status, now.said_by) and dated(before) and dated(now):
        return f"moved {move_in_words(before.when, now.when)}, since {letter}"
    return f"{letter} had: {by_whom(before)}"
