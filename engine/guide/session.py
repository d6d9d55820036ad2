"""The guide's fine branch, run by onnxruntime.

Contract of the graph (design 4.4): inputs ``before`` and ``after``, uint8 ``(N, 3, H, W)`` in the
model's range, normalised inside the graph; outputs ``change``, float32 ``(N, K, H, W)``, one
probability per class of ``model.json``, and ``appeared``, float32 ``(N, 1, H, W)``, the probability
that what changed is there in the after date.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelDamagedError, ModelError, OutOfMemoryError, UsageError
from engine.guide.device import Device, choose_device
from engine.models import ModelInfo

INPUTS = ("before", "after")
OUTPUTS = ("change", "appeared")


class GuideSession:
    """An onnxruntime session of one model's guide.

    Parameters
    ----------
    model : ModelInfo
    device : {"auto", "cpu", "cuda"}
    threads : int, optional
        Threads of one inference; the machine's usable cores by default.

    Raises
    ------
    ModelDamagedError
        The graph cannot be loaded or does not keep the contract.
    UsageError
        ``cuda`` was asked for and cannot be had.
    """

    def __init__(self, model: ModelInfo, device: str = "auto", threads: int | None = None) -> None:
        import onnxruntime as ort

        self.model = model
        self.device: Device = choose_device(device)
        if self.device.name == "cuda" and hasattr(ort, "preload_dlls"):
            # The extra `gpu` brings CUDA and cuDNN as packages, which the loader cannot find alone.
            ort.preload_dlls()
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or usable_cores()
        options.inter_op_num_threads = 1
        # Spinning threads burn the cores that reading and merging run on at the same time.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(
                str(model.guide_path), options, providers=list(self.device.providers)
            )
        except Exception as error:
            raise ModelDamagedError(
                f"onnxruntime cannot load {model.guide_path}: {str(error).splitlines()[0]}.",
                hint="`engine models verify` checks the folder.",
            ) from error
        self.provider: str = self._session.get_providers()[0]
        if device == "cuda" and self.provider != "CUDAExecutionProvider":
            raise UsageError(
                "--device cuda: onnxruntime could not start its CUDA provider.",
                hint="`engine doctor` says why; --device auto falls back to the CPU.",
            )
        self._check_contract()

    @property
    def device_note(self) -> str:
        """Which provider runs, and why not a better one."""
        if self.device.name == "cuda" and self.provider != "CUDAExecutionProvider":
            return "CPU: onnxruntime has a CUDA provider but could not start it."
        return self.device.note

    @property
    def device_name(self) -> str:
        """``cuda`` or ``cpu``: what really runs."""
        return "cuda" if self.provider == "CUDAExecutionProvider" else "cpu"

    def run(
        self, before: NDArray[np.uint8], after: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Read a batch of tile pairs.

        Parameters
        ----------
        before, after : uint8 array (n, 3, h, w)
            RGB in the model's range; h and w multiples of the model's stride.

        Returns
        -------
        change : float32 array (n, K, h, w)
            Probability of each change class.
        appeared : float32 array (n, 1, h, w)
            Probability that the object is there in the after date.

        Raises
        ------
        OutOfMemoryError
            The device has no room for this batch.
        ModelError
            Any other failure inside onnxruntime.
        """
        try:
            change, appeared = self._session.run(OUTPUTS, {"before": before, "after": after})
        except Exception as error:
            text = str(error)
            if "alloc" in text.lower() or "out of memory" in text.lower():
                raise OutOfMemoryError(
                    f"No memory for a batch of {len(before)} tiles on {self.device_name}.",
                    hint="Use a smaller --batch-size or --device cpu.",
                ) from error
            raise ModelError(
                f"The guide of {self.model.id} failed on a batch of {before.shape}: "
                f"{text.splitlines()[0]}."
            ) from error
        return change, appeared

    def _check_contract(self) -> None:
        inputs = {i.name: (i.type, i.shape) for i in self._session.get_inputs()}
        outputs = {o.name: (o.type, o.shape) for o in self._session.get_outputs()}
        if set(inputs) != set(INPUTS) or not set(OUTPUTS) <= set(outputs):
            raise self._broken(f"it has {sorted(inputs)} → {sorted(outputs)}")
        for name in INPUTS:
            kind, shape = inputs[name]
            if kind != "tensor(uint8)" or len(shape) != 4:
                raise self._broken(f"input {name} is {kind} {shape}")
        channels: Any = outputs["change"][1][1]
        if isinstance(channels, int) and channels != len(self.model.classes):
            raise self._broken(f"{channels} change channels for {len(self.model.classes)} classes")

    def _broken(self, why: str) -> ModelDamagedError:
        return ModelDamagedError(
            f"{self.model.guide_path} does not keep the guide's contract: {why}.",
            hint="Get a model folder made for this version of the engine.",
        )


def usable_cores() -> int:
    """Cores this process may run on (containers and taskset are respected)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
