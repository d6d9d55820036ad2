"""How long a language server is waited for, and what says that a try brought no answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for.

    Attributes
    ----------
    connect_s : float
        Seconds until there is a connection.
    total_s : float
        Seconds for one try, from the first byte sent to the last one of the answer. There is no
        limit between two pieces of it: a server sends nothing until its model has ended.
    attempts : int
        Tries of one request, the first included.
    pause_s, longest_pause_s : float
        Seconds before the second try, doubled for each further one; and the most.
    """

    connect_s: float = 5.0
    total_s: float = 180.0
    attempts: int = 4
    pause_s: float = 0.5
    longest_pause_s: float = 20.0


class NoAnswer(Exception):
    """One try brought no answer.

    Parameters
    ----------
    why : str
    wait_s : float, optional
        Seconds that the server asks for.
    reached : bool
        Whether somebody was there: one who answers, if only with an error.
    again : bool
        Whether another try may help.
    """

    def __init__(
        self, why: str, wait_s: float | None = None, *, reached: bool = True, again: bool = True
    ) -> None:
        super().__init__(why)
        self.wait_s, self.reached, self.again = wait_s, reached, again
