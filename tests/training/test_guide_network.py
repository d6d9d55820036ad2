"""The guide keeps its promises for any weights: symmetric change, odd direction, any size."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.guide.network import Guide  # noqa: E402


def random_guide() -> Guide:
    torch.manual_seed(3)
    guide = Guide(widths=(16, 24, 32, 40), decoder=(8, 12, 16, 24, 32), blocks=(1, 1, 1, 1))
    for module in guide.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            module.weight.data.normal_(1, 0.3)
            module.bias.data.normal_()
    return guide.eval()


@pytest.mark.parametrize("size", [(32, 32), (96, 64), (160, 224)])
@torch.no_grad()
def test_swapping_dates(size: tuple[int, int]) -> None:
    guide = random_guide()
    before, after = (torch.randint(0, 256, (2, 3, *size), dtype=torch.uint8) for _ in range(2))
    change, direction = guide(before, after)
    turned_change, turned_direction = guide(after, before)
    assert change.shape == (2, 1, *size) and direction.shape == (2, 1, *size)
    assert change.std() > 0 and direction.std() > 0
    torch.testing.assert_close(turned_change, change, rtol=0, atol=1e-5)
    torch.testing.assert_close(turned_direction, -direction, rtol=0, atol=1e-5)


@torch.no_grad()
def test_equal_dates_have_no_direction() -> None:
    image = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)
    _, direction = random_guide()(image, image)
    assert direction.abs().max() < 1e-5


def test_no_strided_one_by_one() -> None:
    """1x1 convolutions with a stride corrupt memory in some CPU builds of torch."""
    for module in Guide().modules():
        if isinstance(module, torch.nn.Conv2d):
            assert module.kernel_size != (1, 1) or module.stride == (1, 1)


def test_several_classes() -> None:
    guide = Guide(classes=("building", "road")).eval()
    image = torch.zeros(1, 3, 64, 32)
    with torch.no_grad():
        assert guide(image, image)[0].shape == (1, 2, 64, 32)
