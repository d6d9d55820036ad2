"""onnxruntime sessions, opened and run in one way."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelDamagedError, ModelError, OutOfMemoryError
from engine.guide.device import Device


def open_session(path: Path, device: Device, threads: int | None = None) -> Any:
    """An ``onnxruntime.InferenceSession`` of a file.

    Parameters
    ----------
    threads : int, optional
        Threads of one inference; the machine's usable cores by default.

    Raises
    ------
    OutOfMemoryError
        The device has no room.
    ModelDamagedError
        The graph cannot be loaded.
    """
    import onnxruntime as ort

    if device.name == "cuda" and hasattr(ort, "preload_dlls"):
        # The extra `gpu` brings CUDA and cuDNN as packages, which the loader cannot find alone.
        ort.preload_dlls()
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or usable_cores()
    options.inter_op_num_threads = 1
    # Spinning threads burn the cores that reading and merging run on at the same time.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=list(device.providers))
    except Exception as error:
        if _lacks_memory(error):
            raise OutOfMemoryError(
                f"No memory to load {path}.", hint="Close other programs, or use --device cpu."
            ) from error
        raise ModelDamagedError(
            f"onnxruntime cannot load {path}: {str(error).splitlines()[0]}.",
            hint="`engine models verify` checks the folder.",
        ) from error


def run_session(
    session: Any, outputs: Sequence[str], feeds: Mapping[str, NDArray[np.generic]], what: str
) -> list[Any]:
    """Run a session.

    Parameters
    ----------
    what : str
        Whose run it is and of how much, for the message.

    Raises
    ------
    OutOfMemoryError
        The device has no room.
    ModelError
        Any other failure inside onnxruntime.
    """
    try:
        results: list[Any] = session.run(list(outputs), dict(feeds))
    except Exception as error:
        if _lacks_memory(error):
            raise OutOfMemoryError(
                f"No memory for {what}.", hint="Use a smaller --batch-size or --device cpu."
            ) from error
        raise ModelError(f"{what} failed: {str(error).splitlines()[0]}.") from error
    return results


def _lacks_memory(error: Exception) -> bool:
    text = str(error).lower()
    return "alloc" in text or "out of memory" in text


def usable_cores() -> int:
    """Cores this process may run on (containers and taskset are respected)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
