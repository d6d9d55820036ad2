"""The paper guide has the dims and parameters of science.md 1.3."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from training.guide.caption import CaptionDecoder  # noqa: E402
from training.guide.paper import WIDTHS, PaperGuide  # noqa: E402
from training.guide.paper_blocks import ChangeFusion, Position, UpPath  # noqa: E402

MILLION = 1e6
LOCAL_PERCEPTION = 0.801
"""The original holds a third LPE in each block that its forward never calls: 0.80 M of 5.82 M."""


@pytest.fixture(scope="module")
def guide() -> PaperGuide:
    torch.manual_seed(0)
    return PaperGuide().eval()


def millions(module: torch.nn.Module) -> float:
    return sum(p.numel() for p in module.parameters()) / MILLION


def test_encoder(guide: PaperGuide) -> None:
    assert millions(guide.encoder) == pytest.approx(13.15, abs=0.01)
    config = guide.encoder.config
    assert config.hidden_sizes == [64, 128, 320, 512] == list(WIDTHS)
    assert config.depths == [2, 2, 2, 2] and config.num_attention_heads == [1, 2, 5, 8]
    assert config.sr_ratios == [8, 4, 2, 1] and config.mlp_ratios == [4, 4, 4, 4]
    assert config.drop_path_rate == 0.1


def test_interaction(guide: PaperGuide) -> None:
    block = guide.caption_neck.firsts[0]
    assert millions(block.local_query) == pytest.approx(LOCAL_PERCEPTION, abs=0.001)
    assert millions(block) == pytest.approx(5.82 - LOCAL_PERCEPTION, abs=0.01)
    assert block.attention.heads == 8 and block.forward_in.out_features == 2048
    for neck in (guide.caption_neck, guide.detection_neck):
        assert len(neck.firsts) == len(neck.seconds) == 3
        # The detection neck: 34.9 M less six dead LPEs. The caption neck's 36.5 M hold 1.6 M more
        # that no live part of the description accounts for.
        assert millions(neck) == pytest.approx(34.9 - 6 * LOCAL_PERCEPTION, abs=0.05)


def test_fusion_and_up_path(guide: PaperGuide) -> None:
    assert millions(guide.fusion) == pytest.approx(22.7, abs=0.05)
    assert millions(guide.up) == pytest.approx(15.6, abs=0.05)


def test_caption_decoder_and_total(guide: PaperGuide) -> None:
    decoder = CaptionDecoder(2 * WIDTHS[-1], 512, 8, 2048, 1, words=468)
    # 7.7 M in the original, of which 1.6 M are gates of a mesh decoder layer that no forward
    # calls; the fine branch's reading adds five input channels here.
    assert millions(decoder) == pytest.approx(7.7 - 1.57, abs=0.06)
    # 117.8 M live in the original; one class, a direction and a flag are 1,219 weights here.
    assert millions(guide) + millions(decoder) == pytest.approx(117.8, abs=0.1)


def test_reading_at_two_sizes(guide: PaperGuide) -> None:
    source = torch.Generator().manual_seed(1)
    for height, width in ((64, 64), (32, 96)):
        dates = [
            torch.randint(0, 256, (1, 3, height, width), generator=source, dtype=torch.uint8)
            for _ in range(2)
        ]
        with torch.no_grad():
            reading = guide(*dates)
            swapped = guide(*dates[::-1])
        assert reading.change.shape == (1, 4, height, width)
        assert reading.direction.shape == (1, 1, height, width)
        assert reading.flag.shape == (1,)
        assert reading.tokens.shape == (1, 1024, height // 32, width // 32)
        assert reading.features.shape == (1, 1024)
        assert torch.allclose(reading.features, swapped.features, atol=1e-4)
        assert not torch.allclose(reading.change, swapped.change, atol=1e-3)


def test_positions_are_the_table_at_256() -> None:
    position = Position(6)
    zero = torch.zeros(1, 6, 8, 8)
    table = position(zero)[0]
    assert torch.allclose(table[:3], position.rows[:, :, None].expand(-1, -1, 8), atol=1e-6)
    assert torch.allclose(table[3:], position.columns[:, None].expand(-1, 8, -1), atol=1e-6)
    wide = position(torch.zeros(1, 6, 8, 16))[0]
    assert torch.allclose(wide[:3, :, 0], position.rows, atol=1e-6)


def test_fusion_sees_how_alike_the_dates_are() -> None:
    torch.manual_seed(0)
    fusion = ChangeFusion(4).eval()
    x = torch.randn(1, 4, 3, 3)
    assert fusion(x, x).shape == (1, 8, 3, 3)
    assert not torch.allclose(fusion(x, x), fusion(x, 2 * x))


def test_up_path_reaches_full_resolution() -> None:
    path = UpPath((4, 6, 8), 5).eval()
    maps = [torch.randn(2, 2 * w, 16 >> i, 16 >> i) for i, w in enumerate((4, 6, 8))]
    assert path(maps).shape == (2, 5, 64, 64)
