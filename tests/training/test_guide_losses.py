"""A class that a source does not label costs nothing; what it does label costs what it should."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from training.guide.config import FitConfig  # noqa: E402
from training.guide.losses import (  # noqa: E402
    UNKNOWN,
    allowed_mask,
    dice,
    edges,
    gap_loss,
    guide_loss,
    hinted,
    partial_entropy,
)
from training.guide.reading import Reading  # noqa: E402
from training.guide.tiles import ANY, GAP, ROAD_HINT  # noqa: E402


def logs(*probabilities: float) -> torch.Tensor:
    return torch.tensor(probabilities).log().view(1, 4, 1, 1)


def masks(allowed: int) -> torch.Tensor:
    return allowed_mask(torch.full((1, 1, 1), allowed, dtype=torch.uint8))


@pytest.mark.parametrize(
    ("allowed", "mass"), [(1, 0.4), (2, 0.3), (4, 0.2), (8, 0.1), (13, 0.7), (14, 0.6), (15, 1.0)]
)
def test_loss_is_the_mass_of_what_is_allowed(allowed: int, mass: float) -> None:
    loss = partial_entropy(logs(0.4, 0.3, 0.2, 0.1), masks(allowed), prior=0.0)
    assert float(loss) == pytest.approx(-math.log(mass), abs=1e-5)


def test_prior_pulls_open_ground_to_the_background_only() -> None:
    values = logs(0.4, 0.3, 0.2, 0.1)
    assert float(partial_entropy(values, masks(15), 0.5)) == pytest.approx(-0.5 * math.log(0.4))
    for allowed in (1, 2, 14):
        plain = partial_entropy(values, masks(allowed), 0.0)
        assert float(partial_entropy(values, masks(allowed), 0.5)) == pytest.approx(float(plain))


def test_dice_ignores_what_is_not_decided() -> None:
    log_p = torch.randn(2, 4, 16, 16).log_softmax(1)
    mask = allowed_mask(torch.full((2, 16, 16), 15, dtype=torch.uint8))
    other = torch.randn(2, 4, 16, 16).log_softmax(1)
    assert float(dice(log_p, mask)) == pytest.approx(float(dice(other, mask))) == 0.0


def test_dice_is_small_where_all_is_right() -> None:
    allowed = torch.ones(1, 64, 64, dtype=torch.uint8)
    allowed[:, :32, :32], allowed[:, 32:, 32:] = 2, 4
    mask = allowed_mask(allowed)
    right = torch.where(mask, 0.9997, 0.0001).log()
    wrong = torch.where(mask, 0.0001, 0.3333).log()
    assert float(dice(right, mask)) < 0.01 < 0.7 < float(dice(wrong, mask))


def reading(**parts: torch.Tensor) -> Reading:
    plain = {
        "change": torch.zeros(2, 4, 8, 8),
        "direction": torch.zeros(2, 1, 8, 8),
        "flag": torch.zeros(2),
        "features": torch.zeros(2, 3),
        "tokens": torch.zeros(2, 4, 1, 1),
    }
    return Reading(**{**plain, **parts})


def parts_of(direction: torch.Tensor, flag: torch.Tensor, known: int, told: int) -> dict:
    labels = torch.full((2, 8, 8), 15, dtype=torch.uint8)
    sides = torch.full((2, 8, 8), known, dtype=torch.uint8)
    flags = torch.full((2,), told, dtype=torch.uint8)
    said = reading(direction=direction, flag=flag)
    config = FitConfig(dice=1.0, direction=1.0, flag=1.0, prior=0.0)
    return guide_loss(said, labels, sides, flags, config)[1]


def test_unknown_direction_and_flag_cost_nothing() -> None:
    parts = parts_of(torch.randn(2, 1, 8, 8), torch.randn(2), 0, UNKNOWN)
    assert parts["direction"] == parts["flag"] == 0.0


@pytest.mark.parametrize(("known", "told", "sign"), [(1, 1, 1.0), (2, 0, -1.0)])
def test_direction_and_flag_have_their_sign(known: int, told: int, sign: float) -> None:
    right = parts_of(torch.full((2, 1, 8, 8), 6 * sign), torch.full((2,), 6 * sign), known, told)
    wrong = parts_of(torch.full((2, 1, 8, 8), -6 * sign), torch.full((2,), -6 * sign), known, told)
    for name in ("direction", "flag"):
        assert right[name] < 0.01 and wrong[name] > 2


def test_outlines_are_where_a_labelled_class_meets_what_it_is_not() -> None:
    allowed = torch.full((1, 24, 24), 13, dtype=torch.uint8)  # anything but a building
    allowed[:, 8:16, 4:10] = allowed[:, 8:16, 13:20] = 2  # two houses, three pixels apart
    near = edges(allowed_mask(allowed))[0]
    assert near[8:16, 10:13].all()  # the gap
    assert near[8, 4:10].all() and near[6, 5] and not near[5, 5]
    assert near[12, 5] and not near[12, 6] and not near[12, 7]
    allowed[:] = 15  # nothing is known: no outlines
    assert not edges(allowed_mask(allowed)).any()


def test_a_pixel_near_an_outline_costs_more() -> None:
    allowed = torch.full((1, 24, 24), 13, dtype=torch.uint8)
    allowed[:, :, 12:] = 2
    mask = allowed_mask(allowed)
    log_p = torch.full((1, 4, 24, 24), 0.25).log()
    for column, costs in ((0, 1.0), (11, 3.0), (13, 3.0), (14, 1.0)):
        wrong = log_p.clone()
        wrong[..., column] -= 1.0  # every allowed class less probable there
        more = partial_entropy(wrong, mask, 0.0, 2.0) - partial_entropy(log_p, mask, 0.0, 2.0)
        assert float(more) == pytest.approx(costs * 24 / 24**2, rel=1e-4)


def test_a_hint_pulls_the_likeliest_pixels_of_its_crop_only() -> None:
    torch.manual_seed(0)
    logits = torch.randn(2, 4, 256, 256, requires_grad=True)
    allowed = torch.full((2, 256, 256), ANY, dtype=torch.uint8)
    assert float(hinted(logits.log_softmax(1), allowed)) == 0.0
    allowed[0, :, :128] |= ROAD_HINT
    allowed[1, :, :40] |= ROAD_HINT  # too little of the crop is in view
    hinted(logits.log_softmax(1), allowed).backward()
    pulled = logits.grad[:, 2] < 0
    assert not pulled[1].any() and not pulled[0, :, 128:].any() and int(pulled[0].sum()) == 400
    chance = logits.detach().softmax(1)[0, 2]
    assert chance[pulled[0]].min() >= chance[:, :128][~pulled[0][:, :128]].max()
    mask = allowed_mask(allowed)
    assert torch.equal(mask, allowed_mask(torch.full_like(allowed, ANY)))  # it is no class


def test_gaps_are_learned_where_buildings_are_known() -> None:
    allowed = torch.ones(1, 32, 32, dtype=torch.uint8)
    allowed[:, 10:13] |= GAP
    allowed[:, 20:] = 3
    right = torch.full((1, 1, 32, 32), -8.0)
    right[:, :, 10:13] = 8.0
    assert float(gap_loss(right, allowed)) < 0.01
    elsewhere = right.clone()
    elsewhere[:, :, 20:] = 8.0
    assert torch.equal(gap_loss(elsewhere, allowed), gap_loss(right, allowed))
    missed, false = right.clone(), right.clone()
    missed[:, :, 10:13], false[:, :, 3:6] = -8.0, 8.0
    assert float(gap_loss(missed, allowed)) > float(gap_loss(false, allowed)) > 0.5
