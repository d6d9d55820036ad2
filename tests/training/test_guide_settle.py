"""Temperature and valleys: neighbours part, everything else stays where it is."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from engine.objects.components import label  # noqa: E402
from training.guide.reading import Reading  # noqa: E402
from training.guide.settle import Settle, carve  # noqa: E402


def seen(change: torch.Tensor, gap: torch.Tensor | None = None) -> Reading:
    """A reading of which only change and gap count."""
    nothing = torch.zeros(len(change))
    return Reading(change, nothing, nothing, nothing, nothing, gap)


def twins(gap: int, between: float) -> torch.Tensor:
    """Two sure houses with a gap of some pixels of which a network is not sure."""
    chance = torch.full((1, 1, 40, 60), 0.05)
    chance[..., 10:30, 10:25] = chance[..., 10:30, 25 + gap : 45] = 0.9
    chance[..., 10:30, 25 : 25 + gap] = between
    return chance


@pytest.mark.parametrize("gap", [1, 2, 4, 6])
def test_neighbours_part(gap: int) -> None:
    chance = twins(gap, 0.65)
    assert label((chance[0, 0] > 0.5).numpy())[1] == 1
    assert label((carve(chance, 1.0)[0, 0] > 0.5).numpy())[1] == 2


def test_only_valleys_get_deeper() -> None:
    chance = twins(3, 0.65)
    carved = carve(chance, 1.0)
    lower = carved < chance - 1e-6
    assert lower[0, 0, 10:30, 25:28].all() and int(lower.sum()) == 20 * 3
    slope = torch.linspace(0, 1, 50).expand(1, 1, 20, 50).contiguous()
    assert torch.allclose(carve(slope, 1.0), slope)
    alone = torch.zeros(1, 1, 20, 20)
    alone[..., 8:12, 8:12] = 0.7
    assert torch.equal(carve(alone, 1.0), alone)
    assert float(carve(twins(3, 0.1), 2.0).min()) >= 0


def test_settling_is_softmax_and_then_valleys_of_buildings_only() -> None:
    torch.manual_seed(0)
    reading = seen(3 * torch.randn(2, 4, 32, 32))
    plain = reading.change.softmax(1)[:, 1:]
    assert torch.allclose(Settle()(reading), plain, atol=1e-6)
    halved = (reading.change / 2).softmax(1)[:, 1:]
    assert torch.allclose(Settle(2.0)(reading), halved, atol=1e-6)
    settled = Settle(valley=0.5)(reading)
    assert torch.allclose(settled[:, 1:], plain[:, 1:], atol=1e-6)
    assert (settled[:, 0] <= plain[:, 0] + 1e-6).all()
    assert (settled[:, 0] < plain[:, 0] - 1e-3).any()


def test_certain_logits_do_not_overflow() -> None:
    logits = torch.zeros(1, 4, 2, 2)
    logits[:, 0, 0], logits[:, 1, 1] = 500.0, 500.0
    chance = Settle()(seen(logits))
    assert torch.isfinite(chance).all()
    assert chance[0, :, 0].max() == 0 and chance[0, 0, 1].min() == 1


def test_a_gap_of_its_own_parts_buildings_only() -> None:
    torch.manual_seed(1)
    logits = torch.randn(1, 4, 8, 8)
    gap = torch.full((1, 1, 8, 8), -9.0)
    gap[..., 4] = 9.0
    plain, parted = (Settle(gap=share)(seen(logits, gap)) for share in (0.0, 1.0))
    assert torch.equal(parted[:, 1:], plain[:, 1:])
    assert float(parted[:, 0, :, 4].max()) < 1e-3
    assert torch.allclose(parted[:, 0, :, :4], plain[:, 0, :, :4], atol=1e-3)
    assert torch.equal(Settle(gap=1.0)(seen(logits)), plain), "a network without gaps"


def test_what_a_card_says_of_the_graph() -> None:
    assert Settle.of({}) == Settle(1.0, 0.0)
    assert Settle.of({"graph": {"temperature": 1.2, "valley": 1.0}}) == Settle(1.2, 1.0)
    with pytest.raises(TypeError):
        Settle.of({"graph": {"valey": 1.0}})


def test_turned_and_mirrored_alike() -> None:
    chance = torch.from_numpy(np.random.default_rng(3).random((1, 1, 32, 48), dtype=np.float32))
    carved = carve(chance, 1.0)
    assert torch.equal(carve(chance.flip(3), 1.0), carved.flip(3))
    assert torch.equal(carve(chance.mT.contiguous(), 1.0), carved.mT)
