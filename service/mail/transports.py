"""What carries letters, as the settings say; and a hand that holds up nobody's end while it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Final

from schemas.errors import LetterDelayed
from schemas.subscriptions import WEBHOOK
from service.mail import folder, smtp, webhook
from service.mail.messages import Sealed
from service.settings import Settings

Send = Callable[[Sealed], object]

_POLL_SECONDS: Final = 0.1

GRACE_SECONDS: Final = 2
"""How long a letter under way may take to go once it is time to stop."""


@contextmanager
def transport(settings: Settings) -> Iterator[Send]:
    """What carries letters: the webhook those that go to it; all others the mail server where LEADUP_SMTP_URL is set,
    else the folder. Raises SettingRefused."""
    hook = _hook(settings)
    if not settings.smtp_url:
        yield _routed(partial(folder.deliver, settings.mail_folder), hook)
        return
    mailing = smtp.Mailing(smtp.read_server(settings.smtp_url))
    try:
        yield _routed(mailing.send, hook)
    finally:
        mailing.close()


def _hook(settings: Settings) -> webhook.Hook | None:
    if settings.webhook_url is None:
        return None
    allowed = settings.webhook_private == "allow"
    return webhook.read_hook(settings.webhook_url, settings.webhook_secret, private_allowed=allowed)


def _routed(mail: Send, hook: webhook.Hook | None) -> Send:
    def send(letter: Sealed) -> None:
        if letter.recipient != WEBHOOK:
            mail(letter)
        elif hook is None:
            raise LetterDelayed("LEADUP_WEBHOOK_URL is not set.")
        else:
            webhook.post(hook, letter)

    return send


class Hand:
    """Sends in a thread that holds up nobody's end, a hanging server's neither."""

    def __init__(self, send: Send) -> None:
        self._send = send
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
        """Whether it went, and `note` was called at once; False if it was left behind, since it was time to stop. What
        sending raises is raised."""
        ended: Future[None] = Future()
        self._given.put((letter, note, ended))
        while not wait([ended], _POLL_SECONDS).done and not stop():
            pass
        if not wait([ended], GRACE_SECONDS).done:
            return False
        ended.result()
        return True

    def rest(self) -> None:
        """No letter follows: the thread ends."""
        self._given.put(None)
