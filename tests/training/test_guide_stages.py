"""The three-stage schedule and its self-normalised losses."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402

from training.guide.caption import CaptionDecoder  # noqa: E402
from training.guide.reading import Reading  # noqa: E402
from training.guide.stages import (  # noqa: E402
    STAGES,
    Patience,
    balanced,
    caption_loss,
    enter,
    stage_losses,
)

JOINT, CAPTION, DETECTION = STAGES


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3))
        self.encoder[0].weight.requires_grad_(False)
        self.interaction = nn.Conv2d(3, 3, 1)
        self.caption_neck = nn.Conv2d(3, 6, 1)
        self.change = nn.Conv2d(3, 4, 1)


def decoder() -> CaptionDecoder:
    torch.manual_seed(0)
    return CaptionDecoder(6, width=8, heads=2, hidden=8, layers=1, words=9, dropout=0.0)


def reading() -> Reading:
    return Reading(
        torch.randn(3, 4, 64, 64),
        torch.randn(3, 1, 64, 64),
        torch.randn(3),
        torch.randn(3, 5),
        torch.randn(3, 6, 2, 2),
    )


def test_balanced_losses_pull_alike() -> None:
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    balanced({"large": 1000 * x[0], "small": 0.001 * x[1]}).backward()
    # d(c x / c x0) / dx = 1 / x0 whatever c is
    assert x.grad is not None
    assert torch.allclose(x.grad, torch.tensor([1 / 2, 1 / 3]))


@pytest.mark.parametrize(
    ("stage", "learning"),
    [
        (JOINT, {"encoder", "interaction", "caption_neck", "change"}),
        (CAPTION, {"caption_neck"}),
        (DETECTION, {"change"}),
    ],
)
def test_only_the_stage_s_parts_learn(stage, learning: set[str]) -> None:
    network, words = Net(), decoder()
    chosen = {id(p) for p in enter(stage, network, words)}
    for name, part in network.named_children():
        assert part.training == (name in learning)
        for p in part.parameters():
            assert (id(p) in chosen) == (name in learning and p.requires_grad)
    speaks = stage is not DETECTION
    assert words.training == speaks
    assert all((id(p) in chosen) == speaks for p in words.parameters())
    assert id(network.encoder[0].weight) not in chosen


def test_padding_and_start_do_not_count() -> None:
    words = decoder().eval()
    memory = words.memory(reading())
    tokens = torch.tensor([[1, 4, 5, 2], [1, 6, 2, 0], [1, 2, 0, 0]])
    alone = [
        caption_loss(words, memory[i : i + 1], tokens[i : i + 1, :length]) * (length - 1)
        for i, length in enumerate((4, 3, 2))
    ]
    assert torch.allclose(caption_loss(words, memory, tokens), sum(alone) / 6, atol=1e-5)


def test_stage_losses() -> None:
    words, seen = decoder().eval(), reading()
    tokens = torch.tensor([[1, 4, 2], [0, 0, 0], [1, 2, 0]])
    detection = torch.tensor(0.3, requires_grad=True)
    assert float(balanced(stage_losses(JOINT, seen, words, tokens, detection))) == pytest.approx(
        2.0
    )
    assert float(balanced(stage_losses(CAPTION, seen, words, tokens, detection))) == pytest.approx(
        1.0
    )
    silent = torch.zeros_like(tokens)
    assert float(balanced(stage_losses(JOINT, seen, words, silent, detection))) == pytest.approx(
        1.0
    )


def test_patience_ends_after_so_many_in_vain() -> None:
    patience = Patience(2)
    assert [patience.better(v) for v in (1.0, 0.5, 2.0, 2.0, 1.0)] == [
        True, False, True, False, False,
    ]  # fmt: skip
    assert patience.over and not Patience(2, 2.0, 1).over
