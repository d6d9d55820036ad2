"""Asks before anything leaves the machine, once for each place and session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..settings import Settings
from ..translation import tr
from .chat_consent import Consent
from .chat_notice import Notice


class Gate:
    """Between a question and the engine.

    Parameters
    ----------
    notice : Notice
        Where it asks.
    """

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.consent = Consent()

    def open(self, again: Callable[[], None], keep: Callable[[], None]) -> bool:
        """Whether nothing is sent that the user has not agreed to; asks if need be.

        Parameters
        ----------
        again : callable
            Called when the user has decided that the question is asked.
        keep : callable
            Called when it is not.
        """
        engine, language = self.consent.destinations(Settings.load())
        if engine and not self.consent.allowed(engine):
            text = tr("The engine is on another computer: your question, and the paths of the "
                      "files it is about, go to {}.")  # fmt: skip
            self._ask(engine, text, again, keep)
            return False
        if language and not self.consent.asked(language):
            text = tr("Your question, and pictures of the place it is about from both dates, may "
                      "go to {}.")  # fmt: skip
            self._ask(language, text, again, keep, tr("Answer without it"))
            return False
        return True

    def terms(self) -> dict[str, Any]:
        """Options of a question, and where it goes, as ``Conversation.send`` takes them."""
        settings = Settings.load()
        engine, language = self.consent.destinations(settings)
        return {
            "options": self.consent.options(settings),
            "host": engine,
            "may_go_to": language if self.consent.allowed(language) else "",
        }

    def _ask(
        self,
        host: str,
        text: str,
        again: Callable[[], None],
        keep: Callable[[], None],
        without: str = "",
    ) -> None:
        def answer(yes: bool) -> None:
            self.consent.answer(host, yes)
            again()

        buttons: list[tuple[str, str, Callable[[], None]]] = [
            ("changevgChatAllow", tr("Send, in this session"), lambda: answer(True))
        ]
        if without:
            buttons.append(("changevgChatRefuse", without, lambda: answer(False)))
        buttons.append(("changevgChatKeep", tr("Do not ask"), keep))
        self.notice.say(text.format(host), tuple(buttons), "mIconWarning.svg")
