"""Which language model a run talks to."""

from __future__ import annotations

from engine.errors import UsageError
from engine.guide.device import Device
from engine.language.backend import Backend
from engine.models import ModelInfo


def open_backend(
    model: ModelInfo,
    device: Device,
    *,
    url: str | None = None,
    name: str | None = None,
    threads: int | None = None,
) -> Backend | None:
    """The language model of a server, else the model folder's own, else None.

    A folder may bring graphs (onnxruntime), weights (torch), or an adapter with its base's name.

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
    if "adapter" in model.parts and model.base is not None:
        from engine.language.qwen import QwenModel

        adapter = model.path / model.parts["adapter"]
        return QwenModel(model.base.id, device.name, adapter, revision=model.base.revision)
    if "language" not in model.parts:
        return None
    folder = model.path / model.parts["language"]
    if (folder / "graphs.json").is_file():
        from engine.language.nano import NanoModel

        return NanoModel(folder, device, threads)
    from engine.language.qwen import QwenModel

    return QwenModel(str(folder), device.name)
