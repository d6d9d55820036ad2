"""The language models to measure, wherever they are."""

from __future__ import annotations

from pathlib import Path

from engine.errors import EngineError
from engine.guide.device import choose_device
from engine.language.backend import Backend
from engine.language.open import open_backend
from engine.models.folder import MODEL_FILE, load_model


def open_language(
    path: Path,
    device: str = "cpu",
    threads: int | None = None,
    url: str | None = None,
    name: str | None = None,
) -> Backend:
    """A language model by its folder, or on a server.

    Parameters
    ----------
    path : Path
        A model folder; its folder ``language`` alone; a folder as ``save_pretrained`` writes it; or
        the run folder of a training.
    url, name : str, optional
        A server that goes before the folder's own model, and the model's name there.

    Raises
    ------
    FileNotFoundError
        There is no language model.
    ValueError
        It cannot be used.
    """
    try:
        if (path / MODEL_FILE).is_file():
            backend = open_backend(
                load_model(path), choose_device(device), url=url, name=name, threads=threads
            )
            if backend is None:
                raise FileNotFoundError(f"{path} has no language model; give --language-model")
            return backend
        if (path / "graphs.json").is_file():
            from engine.language.nano import NanoModel

            return NanoModel(path, choose_device(device), threads)
        for folder in (path, path / "model"):
            if (folder / "config.json").is_file():
                from engine.language.qwen import QwenModel

                return QwenModel(str(folder), "cuda" if device == "cuda" else "cpu")
    except EngineError as error:
        raise ValueError(str(error)) from error
    raise FileNotFoundError(f"no language model in {path}")
