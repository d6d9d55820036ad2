"""The caption decoder, and the ways to draw sentences from it."""

from __future__ import annotations

import itertools
import math

import pytest

torch = pytest.importorskip("torch")

from training.guide.caption import FINE, CaptionDecoder, evidence  # noqa: E402
from training.guide.decode import agreed, beam, greedy, sample  # noqa: E402
from training.guide.reading import Reading  # noqa: E402
from training.guide.vocabulary import END, START  # noqa: E402

WORDS = 12


@pytest.fixture(scope="module")
def decoder() -> CaptionDecoder:
    torch.manual_seed(3)
    return CaptionDecoder(6, width=16, heads=2, hidden=24, layers=2, words=WORDS).eval()


def reading(count: int = 2, height: int = 256, width: int = 256, seed: int = 0) -> Reading:
    source = torch.Generator().manual_seed(seed)

    def noise(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=source)

    return Reading(
        noise(count, 4, height, width),
        noise(count, 1, height, width),
        noise(count),
        noise(count, 5),
        noise(count, 6, height // 32, width // 32),
    )


@pytest.mark.parametrize(("height", "width"), [(256, 256), (32, 32), (96, 320)])
def test_memory_fits_any_extent(decoder, height: int, width: int) -> None:
    memory = decoder.memory(reading(2, height, width))
    assert memory.shape == (2, height * width // 1024, 16)


def test_positions_are_the_table_at_256(decoder) -> None:
    seen = evidence(reading())
    plain = decoder.refine(decoder.reduce(seen)) + decoder.position
    assert torch.allclose(decoder.remember(seen), plain.flatten(2).transpose(1, 2), atol=1e-6)


def test_evidence_holds_the_fine_reading() -> None:
    one = reading(1, 64, 64)
    change = torch.full((1, 4, 64, 64), -20.0)
    change[:, 0] = 20
    change[:, 0, :32, 32:], change[:, 1, :32, 32:] = -20, 20
    direction = torch.full((1, 1, 64, 64), -30.0)
    seen = evidence(one._replace(change=change, direction=direction))[0, -FINE:]
    assert torch.allclose(seen[0], torch.tensor([[1.0, 0.0], [1.0, 1.0]]))
    assert torch.allclose(seen[1], torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
    assert torch.allclose(seen[4], torch.tensor([[0.0, -1.0], [0.0, 0.0]]), atol=1e-5)


def test_dates_are_told_apart(decoder) -> None:
    one = reading()
    swapped = torch.cat(one.tokens.chunk(2, 1)[::-1], 1)
    assert not torch.allclose(
        decoder.memory(one), decoder.memory(one._replace(tokens=swapped)), atol=1e-3
    )


def test_a_word_sees_only_the_words_before_it(decoder) -> None:
    memory = decoder.memory(reading())
    tokens = torch.tensor([[START, 4, 5, 6, 7], [START, 8, 9, 10, 4]])
    whole = decoder(memory, tokens)
    assert whole.shape == (2, 5, WORDS)
    for length in range(1, 6):
        alone = decoder.next_logits(memory, tokens[:, :length])
        assert torch.allclose(alone, whole[:, length - 1], atol=1e-5)


def test_a_scene_nobody_looked_at(decoder) -> None:
    memory = decoder.nothing_seen(3)
    assert decoder(memory, torch.full((3, 2), START)).shape == (3, 2, WORDS)


def test_nano_is_small() -> None:
    nano = CaptionDecoder(256)
    assert sum(p.numel() for p in nano.parameters()) <= 2_000_000


def score_of(decoder, memory, ids: tuple[int, ...]) -> float:
    tokens = torch.tensor([[START, *ids, END]])
    logits = decoder(memory, tokens[:, :-1])
    logits[..., [0, 1, 3]] = -torch.inf
    chance = logits.log_softmax(-1).gather(2, tokens[:, 1:, None])
    return chance.sum().item()


def test_scores_are_log_probabilities(decoder) -> None:
    memory = decoder.memory(reading(1))
    longest = 8
    sentences = [*greedy(decoder, memory, longest), *sample(decoder, memory, 6, longest=longest)[0]]
    sentences += beam(decoder, memory, 3, longest)[0]
    finished = [s for s in sentences if len(s.ids) < longest - 1]
    assert finished
    for sentence in finished:
        assert math.isclose(sentence.score, score_of(decoder, memory, sentence.ids), abs_tol=1e-3)
        assert all(word > 3 for word in sentence.ids)


def test_samples_repeat_with_their_seed(decoder) -> None:
    memory = decoder.memory(reading())
    assert sample(decoder, memory, 3, seed=4) == sample(decoder, memory, 3, seed=4)
    assert sample(decoder, memory, 8, seed=4) != sample(decoder, memory, 8, seed=5)
    cold = sample(decoder, memory, 2, temperature=1e-4, longest=10)
    for one, several in zip(greedy(decoder, memory, 10), cold, strict=True):
        assert {s.ids for s in several} == {one.ids}


def test_a_wide_beam_finds_the_best_of_all(decoder) -> None:
    memory = decoder.memory(reading(1))
    words = range(4, WORDS)
    short = [(), *((one,) for one in words), *itertools.product(words, words)]
    values = {ids: score_of(decoder, memory, ids) / (len(ids) + 1) for ids in short}
    ranked = sorted(short, key=lambda ids: -values[ids])
    found = beam(decoder, memory, len(short), longest=4)[0]
    assert [sentence.ids for sentence in found[:5]] == ranked[:5]
    assert len(beam(decoder, memory, 3, 30)[0]) == 3


def test_agreed_takes_one_of_each(decoder) -> None:
    memory = decoder.memory(reading(3))
    drawn = sample(decoder, memory, 5)
    chosen = agreed(drawn)
    assert len(chosen) == 3
    assert all(one in several for one, several in zip(chosen, drawn, strict=True))
