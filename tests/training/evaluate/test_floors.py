"""What a device can do at most."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.evaluate.floors import bandwidth, matrix_rate, operations  # noqa: E402


class OneConvolution(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(6, 4, 3, padding=1)

    def forward(self, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
        return self.conv(torch.cat([before, after], 1).float())


def test_operations_are_two_for_each_product_of_a_convolution() -> None:
    assert operations(OneConvolution(), 8) == 2 * 8 * 8 * 9 * 6 * 4


def test_a_device_copies_and_multiplies() -> None:
    assert bandwidth("cpu") > 1e7
    assert matrix_rate("cpu", 64) > 1e6
