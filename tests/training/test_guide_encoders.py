"""The encoder with ImageNet weights is the published network, its batch norms folded."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
import torch.nn.functional as F  # noqa: E402

from training.guide.encoders import NORM_EPS, STAGES, EfficientNetLite  # noqa: E402


def published(encoder: EfficientNetLite) -> dict:
    """A state dict under the published names with random norms."""
    torch.manual_seed(1)
    state = {}

    def add(conv: torch.nn.Conv2d, kernel: str, norm: str) -> None:
        count = conv.out_channels
        state[f"{kernel}.weight"] = torch.randn_like(conv.weight) * 0.2
        state[f"{norm}.weight"] = torch.rand(count) + 0.5
        state[f"{norm}.bias"] = torch.randn(count) * 0.1
        state[f"{norm}.running_mean"] = torch.randn(count) * 0.1
        state[f"{norm}.running_var"] = torch.rand(count) + 0.5

    add(encoder.stem, "_conv_stem", "_bn0")
    blocks = [block for stage in encoder.stages for block in stage]
    for index, block in enumerate(blocks):
        if block.expand is not None:
            add(block.expand, f"_blocks.{index}._expand_conv", f"_blocks.{index}._bn0")
        add(block.depth, f"_blocks.{index}._depthwise_conv", f"_blocks.{index}._bn1")
        add(block.project, f"_blocks.{index}._project_conv", f"_blocks.{index}._bn2")
    return state


@torch.no_grad()
def test_first_blocks_equal_convolution_norm_activation(tmp_path: Path) -> None:
    encoder = EfficientNetLite()
    state = published(encoder)
    torch.save(state, tmp_path / "weights.pth")
    encoder.load_imagenet(tmp_path / "weights.pth")

    def step(x: torch.Tensor, kernel: str, norm: str, stride: int, groups: int) -> torch.Tensor:
        weight = state[f"{kernel}.weight"]
        size = weight.shape[-1]
        # TensorFlow's SAME padding: as much as the last window needs, the odd pixel after.
        need = max(0, (-(-x.shape[-1] // stride) - 1) * stride + size - x.shape[-1])
        x = F.pad(x, (need // 2, need - need // 2) * 2)
        x = F.conv2d(x, weight, None, stride, 0, 1, groups)
        parts = [state[f"{norm}.{p}"] for p in ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(x, *parts, eps=NORM_EPS)

    image = torch.randn(1, 3, 64, 64)
    x = F.relu6(step(image, "_conv_stem", "_bn0", 2, 1))
    x = F.relu6(step(x, "_blocks.0._depthwise_conv", "_blocks.0._bn1", 1, 32))
    x = step(x, "_blocks.0._project_conv", "_blocks.0._bn2", 1, 1)
    maps = encoder(image)
    torch.testing.assert_close(maps[0], x, rtol=1e-4, atol=1e-4)
    y = F.relu6(step(x, "_blocks.1._expand_conv", "_blocks.1._bn0", 1, 1))
    y = F.relu6(step(y, "_blocks.1._depthwise_conv", "_blocks.1._bn1", 2, 96))
    y = step(y, "_blocks.1._project_conv", "_blocks.1._bn2", 1, 1)
    torch.testing.assert_close(encoder.stages[1][0](x), y, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_shapes() -> None:
    encoder = EfficientNetLite()
    maps = encoder(torch.zeros(1, 3, 96, 128))
    for index, (level, width) in enumerate(zip(maps, encoder.widths, strict=True)):
        assert level.shape == (1, width, 96 >> (index + 1), 128 >> (index + 1))
    assert encoder.widths[-1] == STAGES[-1][3]


def test_missing_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.guide.encoders.find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="train"):
        EfficientNetLite().load_imagenet()
