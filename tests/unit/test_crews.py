"""Who brings letters at once: a few at it, others that wait."""

from __future__ import annotations

from contextlib import ExitStack

from service.crews import Crew


def test_there_is_room_for_so_many_at_it_and_for_another_where_one_waits() -> None:
    called: list[str] = []
    crew = Crew(2, 4, lambda: called.append("another"))
    with ExitStack() as day:
        assert day.enter_context(crew.joined())
        assert day.enter_context(crew.joined())
        with crew.joined() as room:
            assert not room
        with crew.at_letter() as slow:
            slow()
            slow()
            assert called == ["another"]
            with crew.joined() as room:
                assert room
        with crew.joined() as room:
            assert not room
    with crew.joined() as room:
        assert room


def test_there_are_never_more_than_so_many_in_all() -> None:
    crew = Crew(1, 2)
    with crew.joined(), crew.at_letter() as slow:
        slow()
        with crew.joined() as second, crew.at_letter() as slow_too:
            assert second
            slow_too()
            with crew.joined() as third:
                assert not third
