"""The guide, run by onnxruntime.

Contract of the graph (design 4.4): inputs ``before`` and ``after``, uint8 ``(N, 3, H, W)`` in the
model's range, normalised inside the graph; outputs ``change``, float32 ``(N, K, H, W)``, one
probability per class of ``model.json``, and ``appeared``, float32 ``(N, 1, H, W)``, the probability
that what changed is there in the after date. A graph may also offer ``flag``, float32 ``(N, 1)``,
the probability that the pair changed at all; ``features``, float32 ``(N, F)``, what the pair looks
like; and ``memory``, float32 ``(N, T, M)``, what the caption decoder reads.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelDamagedError, UsageError
from engine.guide.device import Device, choose_device
from engine.guide.imagery_range import RangeCheck
from engine.guide.runtime import open_session, run_session
from engine.models import ModelInfo

INPUTS = ("before", "after")
OUTPUTS = ("change", "appeared")
USUAL_MEMORY = 64 * 128


class GuideOutputs(NamedTuple):
    """What the guide says of a batch; None where it does not say, or nobody would use it.

    Attributes
    ----------
    change : float32 array (n, K, h, w)
        Probability of each change class.
    appeared : float32 array (n, 1, h, w)
        Probability that the object is there in the after date.
    flag : float32 array (n, 1), optional
        Probability that the pair changed.
    features : float32 array (n, F), optional
        For the range check.
    memory : float32 array (n, T, M), optional
        For the caption decoder.
    """

    change: NDArray[np.float32]
    appeared: NDArray[np.float32]
    flag: NDArray[np.float32] | None = None
    features: NDArray[np.float32] | None = None
    memory: NDArray[np.float32] | None = None


class GuideSession:
    """An onnxruntime session of one model's guide.

    Parameters
    ----------
    model : ModelInfo
    device : {"auto", "cpu", "cuda"}
    threads : int, optional
        Threads of one inference; the machine's usable cores by default.

    Attributes
    ----------
    range_check : RangeCheck or None
        Judges the ``features``, where the model knows its range.
    gives_memory : bool
        Whether there is something for a caption decoder to read.
    memory_values : int
        How many numbers that is for a tile; a usual number where the graph leaves it open.

    Raises
    ------
    ModelDamagedError
        The graph cannot be loaded or does not keep the contract.
    UsageError
        ``cuda`` was asked for and cannot be had.
    """

    def __init__(self, model: ModelInfo, device: str = "auto", threads: int | None = None) -> None:
        self.model = model
        self.device: Device = choose_device(device)
        self._session = open_session(model.guide_path, self.device, threads)
        self.provider: str = self._session.get_providers()[0]
        if device == "cuda" and self.provider != "CUDAExecutionProvider":
            raise UsageError(
                "--device cuda: onnxruntime could not start its CUDA provider.",
                hint="`engine doctor` says why; --device auto falls back to the CPU.",
            )
        outputs = self._check_contract()
        self.gives_memory = "memory" in outputs and model.caption_paths is not None
        shape = outputs["memory"][1][1:] if self.gives_memory else [0]
        known = all(isinstance(length, int) for length in shape)
        self.memory_values = math.prod(shape) if known else USUAL_MEMORY
        self.range_check: RangeCheck | None = None
        if "features" in outputs and model.range_section is not None:
            self.range_check = RangeCheck(model.range_section)
        wanted = {
            "flag": "flag" in outputs,
            "features": self.range_check is not None,
            "memory": self.gives_memory,
        }
        self._names = (*OUTPUTS, *(name for name, use in wanted.items() if use))

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
        """The fine branch alone: ``change`` and ``appeared`` of :meth:`read`."""
        outputs = self._infer(OUTPUTS, before, after)
        return outputs.change, outputs.appeared

    def read(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> GuideOutputs:
        """Read a batch of tile pairs.

        Parameters
        ----------
        before, after : uint8 array (n, 3, h, w)
            RGB in the model's range; h and w multiples of the model's stride.

        Raises
        ------
        OutOfMemoryError
            The device has no room for this batch.
        ModelDamagedError
            The outputs do not have the shapes of the contract.
        ModelError
            Any other failure inside onnxruntime.
        """
        return self._infer(self._names, before, after)

    def _infer(
        self, names: tuple[str, ...], before: NDArray[np.uint8], after: NDArray[np.uint8]
    ) -> GuideOutputs:
        what = f"a batch of {len(before)} tiles ({self.model.id} on {self.device_name})"
        values = run_session(self._session, names, {"before": before, "after": after}, what)
        outputs = GuideOutputs(**dict(zip(names, values, strict=True)))
        n, _, h, w = before.shape
        wanted = (n, len(self.model.classes), h, w), (n, 1, h, w)
        if (outputs.change.shape, outputs.appeared.shape) != wanted:
            raise self._broken(f"it gives {outputs.change.shape} and {outputs.appeared.shape}")
        return outputs

    def _check_contract(self) -> dict[str, tuple[str, list[Any]]]:
        """The graph's outputs, each with its type and shape."""
        inputs = {i.name: (i.type, i.shape) for i in self._session.get_inputs()}
        outputs = {o.name: (o.type, o.shape) for o in self._session.get_outputs()}
        if set(inputs) != set(INPUTS) or not set(OUTPUTS) <= set(outputs):
            raise self._broken(f"it has {sorted(inputs)} → {sorted(outputs)}")
        for name in INPUTS:
            kind, shape = inputs[name]
            if kind != "tensor(uint8)" or len(shape) != 4:
                raise self._broken(f"input {name} is {kind} {shape}")
        for name in OUTPUTS:
            kind, shape = outputs[name]
            if kind != "tensor(float)" or len(shape) != 4:
                raise self._broken(f"output {name} is {kind} {shape}")
        channels: Any = outputs["change"][1][1]
        if isinstance(channels, int) and channels != len(self.model.classes):
            raise self._broken(f"{channels} change channels for {len(self.model.classes)} classes")
        for name, axes in (("flag", 2), ("features", 2), ("memory", 3)):
            kind, shape = outputs.get(name, ("tensor(float)", [None] * axes))
            if kind != "tensor(float)" or len(shape) != axes:
                raise self._broken(f"output {name} is {kind} {shape}")
        section = self.model.range_section
        if section is not None and "features" in outputs:
            length = outputs["features"][1][1]
            if isinstance(length, int) and length != section.features:
                raise self._broken(f"{length} features for a range of {section.features}")
        return outputs

    def _broken(self, why: str) -> ModelDamagedError:
        return ModelDamagedError(
            f"{self.model.guide_path} does not keep the guide's contract: {why}.",
            hint="Get a model folder made for this version of the engine.",
        )
