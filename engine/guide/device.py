"""Which device runs the guide, and why not a better one."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from engine.errors import EngineError, UsageError

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"


@dataclass(frozen=True)
class Device:
    """A choice of onnxruntime providers.

    Attributes
    ----------
    name : {"cpu", "cuda"}
    providers : tuple of str
        In order of preference.
    note : str
        One sentence for the log, the layer metadata and ``engine doctor``.
    """

    name: str
    providers: tuple[str, ...]
    note: str


def choose_device(wanted: str = "auto") -> Device:
    """Choose the providers for ``--device``.

    Raises
    ------
    UsageError
        ``cuda`` is asked for where this onnxruntime has no CUDA provider, or an unknown name.
    EngineError
        onnxruntime is not installed.
    """
    if wanted not in ("auto", "cpu", "cuda"):
        raise UsageError(f"--device {wanted!r} is unknown.", hint="Choose auto, cpu or cuda.")
    available = _runtime().get_available_providers()
    if wanted == "cpu":
        return Device("cpu", (CPU,), "CPU, as asked for.")
    if CUDA in available:
        return Device("cuda", (CUDA, CPU), f"CUDA ({gpu_name() or 'NVIDIA GPU'}).")
    gpu = gpu_name()
    why = (
        f"{gpu} is here, but this onnxruntime has no CUDA provider (install the extra `gpu`, "
        "not `cpu`)"
        if gpu
        else "no NVIDIA GPU was found"
    )
    if wanted == "cuda":
        raise UsageError(f"--device cuda: {why}.", hint="Use --device auto or cpu.")
    return Device("cpu", (CPU,), f"CPU: {why}.")


def gpu_name() -> str | None:
    """Name of the first NVIDIA GPU, or None."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    try:
        done = subprocess.run(  # nosec B603
            [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineError(
            "onnxruntime is not installed.",
            hint="Install the extra `cpu` (or `gpu`): pip install 'changevg[cpu]'.",
        ) from error
    return onnxruntime
