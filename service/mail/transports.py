"""What carries letters, as the settings say; and a hand that holds up nobody's end while it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final

from schemas.errors import LetterDelayed
from schemas.subscriptions import WEBHOOK
from service.mail import folder, smtp, webhook
from service.mail.lines import Line
from service.mail.messages import Sealed
from service.settings import Settings

Send = Callable[[Sealed], object]

_POLL_SECONDS: Final = 0.1
_CUT_SECONDS: Final = 0.5

WHOLE_SECONDS: Final = 720
"""How long a letter may take in all: longer than any server takes that means well, the 10 minutes included that one may
take to say that it has the letter."""

GRACE_SECONDS: Final = 2
"""How long a letter under way may take to go once it is time to stop."""


@dataclass(frozen=True, slots=True)
class Transport:
    """What carries letters: `send` one; `cut` short, from another thread, the sending that is under way."""

    send: Send
    cut: Callable[[], None]


@contextmanager
def transport(settings: Settings) -> Iterator[Transport]:
    """What carries letters: the webhook those that go to it; all others the mail server where LEADUP_SMTP_URL is set,
    else the folder. Raises SettingRefused."""
    hook, hooked, mailed = _hook(settings), Line(), Line()
    post = partial(webhook.post, hook, line=hooked) if hook else None

    def cut() -> None:
        hooked.cut()
        mailed.cut()

    if not settings.smtp_url:
        yield Transport(_routed(partial(folder.deliver, settings.mail_folder), post), cut)
        return
    mailing = smtp.Mailing(smtp.read_server(settings.smtp_url), mailed)
    try:
        yield Transport(_routed(mailing.send, post), cut)
    finally:
        mailing.close()


def _hook(settings: Settings) -> webhook.Hook | None:
    if settings.webhook_url is None:
        return None
    allowed = settings.webhook_private == "allow"
    return webhook.read_hook(settings.webhook_url, settings.webhook_secret, private_allowed=allowed)


def _routed(mail: Send, post: Send | None) -> Send:
    def send(letter: Sealed) -> None:
        if letter.recipient != WEBHOOK:
            mail(letter)
        elif post is None:
            raise LetterDelayed("LEADUP_WEBHOOK_URL is not set.")
        else:
            post(letter)

    return send


class Hand:
    """Sends in a thread that holds up nobody's end, a hanging server's neither."""

    def __init__(self, transport: Transport) -> None:
        self._send, self._cut = transport.send, transport.cut
        self._given: SimpleQueue[tuple[Sealed, Callable[[], None], Future[None]] | None] = SimpleQueue()
        Thread(target=self._work, name="letters", daemon=True).start()

    def _work(self) -> None:
        while given := self._given.get():
            letter, note, ended = given
            try:
                self._send(letter)
                note()  # here, since every moment until then may be the last, and the letter would go again
            except BaseException as failure:
                ended.set_exception(failure)
            else:
                ended.set_result(None)

    def sent(self, letter: Sealed, note: Callable[[], None], stop: Callable[[], bool]) -> bool:
        """Whether it went, and `note` was called at once; False if it was left behind, since it was time to stop, which
        `stop` is asked several times a second. What sending raises is raised; what takes longer than WHOLE_SECONDS is
        cut short."""
        ended: Future[None] = Future()
        self._given.put((letter, note, ended))
        late_at = monotonic() + WHOLE_SECONDS
        while not wait([ended], _POLL_SECONDS).done and not stop():
            if monotonic() > late_at:
                self._cut()
        if not wait([ended], GRACE_SECONDS).done:
            # Cut, it ends one way or the other, and it is known which: one left to itself might yet go, and go again.
            self._cut()
            if not wait([ended], _CUT_SECONDS).done or isinstance(ended.exception(), LetterDelayed):
                return False
        ended.result()
        return True

    def rest(self) -> None:
        """No letter follows: the thread ends."""
        self._given.put(None)
