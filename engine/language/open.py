"""Which language model a run talks to."""

from __future__ import annotations

from engine.errors import UsageError
from engine.guide.device import Device
from engine.language.backend import Backend
from engine.models import ModelInfo

PART = "language"


def open_backend(
    model: ModelInfo,
    device: Device,
    *,
    url: str | None = None,
    name: str | None = None,
    threads: int | None = None,
) -> Backend | None:
    """The language model of a server, else the model folder's own, else None.

    Parameters
    ----------
    url, name : str, optional
        A server's address, and the model's name there.
    threads : int, optional
        Threads of one inference.

    Raises
    ------
    UsageError
        The address is none, or a name was given without one.
    ModelError
        The folder's language model cannot be used.
    """
    if url is not None:
        from engine.language.remote import RemoteModel

        return RemoteModel(url, name or model.id)
    if name is not None:
        raise UsageError(
            f"--language-model {name!r} needs a server.",
            hint="Say where it is with --language-url; --model chooses a folder.",
        )
    if PART not in model.parts:
        return None
    from engine.language.nano import NanoModel

    return NanoModel(model.path / model.parts[PART], device, threads)
