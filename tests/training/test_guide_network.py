"""The guide keeps its promises for any weights: symmetric change, odd direction, any size."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.guide.network import Guide  # noqa: E402


@pytest.fixture(scope="module")
def guide() -> Guide:
    torch.manual_seed(3)
    network = Guide(decoder=(8, 12, 16, 24, 32))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            module.weight.data.normal_(1, 0.3)
            module.bias.data.normal_()
    return network.eval()


@pytest.mark.parametrize("size", [(32, 32), (96, 64), (160, 224)])
@torch.no_grad()
def test_swapping_dates(guide: Guide, size: tuple[int, int]) -> None:
    before, after = (torch.randint(0, 256, (2, 3, *size), dtype=torch.uint8) for _ in range(2))
    reading, turned = guide(before, after), guide(after, before)
    assert reading.change.shape == (2, 4, *size) and reading.direction.shape == (2, 1, *size)
    assert reading.change.std() > 0 and reading.direction.std() > 0
    for name in ("change", "flag", "features"):
        torch.testing.assert_close(getattr(turned, name), getattr(reading, name), rtol=0, atol=1e-4)
    torch.testing.assert_close(turned.direction, -reading.direction, rtol=0, atol=1e-4)
    half = reading.tokens.shape[1] // 2
    assert reading.tokens.shape[2:] == (size[0] // 32, size[1] // 32)
    torch.testing.assert_close(turned.tokens[:, :half], reading.tokens[:, half:], rtol=0, atol=1e-4)


@torch.no_grad()
def test_equal_dates_have_no_direction(guide: Guide) -> None:
    image = torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8)
    assert guide(image, image).direction.abs().max() < 1e-4


@torch.no_grad()
def test_dates_tell_each_other_something(guide: Guide) -> None:
    """With the interaction, a date's tokens depend on the other date; without it they do not."""
    image, one, two = (torch.randint(0, 256, (1, 3, 64, 64), dtype=torch.uint8) for _ in range(3))
    plain = Guide(layers=0).eval()
    for network, same in ((guide, False), (plain, True)):
        half = network(image, one).tokens.shape[1] // 2
        first, second = (network(image, other).tokens[:, :half] for other in (one, two))
        assert torch.equal(first, second) == same


def test_no_strided_one_by_one() -> None:
    """1x1 convolutions with a stride corrupt memory in some CPU builds of torch."""
    for module in Guide().modules():
        if isinstance(module, torch.nn.Conv2d):
            assert module.kernel_size != (1, 1) or module.stride == (1, 1)


def test_frozen_stages_have_no_gradient() -> None:
    network = Guide(frozen=2)
    image = torch.zeros(2, 3, 32, 32)
    network(image, image + 90).change.sum().backward()
    assert network.encoder.stages[1][0].depth.weight.grad is None
    assert network.encoder.stages[2][0].depth.weight.grad is not None
