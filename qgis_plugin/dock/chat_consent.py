"""What leaves the machine, and whether the user has agreed to it in this session."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from ..settings import Settings


def host_of(url: str) -> str:
    """The computer an address leads to, with its port; empty when it is this one."""
    if not url:
        return ""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    name = parts.hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return ""
    try:
        if ipaddress.ip_address(name).is_loopback:
            return ""
    except ValueError:
        pass  # nosec B110: a name, not a number
    return parts.netloc.rpartition("@")[2]


class Consent:
    """Kept until QGIS ends, for each place by itself; never written down."""

    def __init__(self) -> None:
        self._given: dict[str, bool] = {}

    @staticmethod
    def destinations(settings: Settings) -> tuple[str, str]:
        """Hosts of the engine and of the language model's server; empty for this computer."""
        return host_of(settings.url), host_of(settings.language_url)

    def asked(self, host: str) -> bool:
        """Whether nothing has to be asked any more."""
        return not host or host in self._given

    def allowed(self, host: str) -> bool:
        """Whether it may be sent there."""
        return not host or self._given.get(host, False)

    def answer(self, host: str, yes: bool) -> None:
        """Keep what the user said."""
        self._given[host] = yes

    def options(self, settings: Settings) -> dict[str, Any]:
        """The engine's options for a question, without a server the user refused."""
        chosen: dict[str, Any] = {}
        if settings.model:
            chosen["model"] = settings.model
        if not settings.gpu:
            chosen["device"] = "cpu"
        host = host_of(settings.language_url)
        if settings.language_url and self.allowed(host):
            chosen["language_url"] = settings.language_url
            if settings.language_model:
                chosen["language_model"] = settings.language_model
        return chosen
