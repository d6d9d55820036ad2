"""What the nano model learns from, and that a stopped lesson ends as an undisturbed one does."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from engine.guide.card import HEADER, PLURALS  # noqa: E402
from engine.guide.reading import UNCHANGED  # noqa: E402
from engine.language.answers import parse  # noqa: E402
from engine.language.chat_format import SPECIALS, TURN, TURN_END  # noqa: E402
from engine.language.tasks import ASKED, Task  # noqa: E402
from training.change_imti.pair import plain  # noqa: E402
from training.guide.vocabulary import STOCK, Vocabulary  # noqa: E402
from training.language.batch import IGNORED, collate  # noqa: E402
from training.language.corpus import drawn_cards, read_again, scene_pairs  # noqa: E402
from training.language.examples import CANNOT, Example, Known, examples, most_agreed  # noqa: E402
from training.language.fit import Examples, TeachConfig, answer_loss, teach  # noqa: E402
from training.language.look_back import put_in  # noqa: E402
from training.language.network import IMAGE_TOKENS, SIDE_PX, nano  # noqa: E402
from training.language.parts import Sight  # noqa: E402
from training.language.scene_store import draw, stored_scenes  # noqa: E402
from training.language.tokens import learn  # noqa: E402
from training.language.told_cards import told_reading  # noqa: E402
from training.language.words import FAR, Words, text_batch  # noqa: E402

FIVE = (
    "two houses are built along the road",
    "two villas appear beside the road",
    "some trees are removed and two houses are built",
    "two houses appear in the top left corner",
    "a road is built",
)
WORDS = Vocabulary.from_sentences([*FIVE, *STOCK], 1)


def known(seed: int = 0, images: Any = None) -> Known:
    reading = told_reading(FIVE, FIVE[0], np.random.default_rng(seed))
    return Known(FIVE, reading, None, most_agreed(FIVE, WORDS), images)


@pytest.mark.parametrize("seed", range(12))
def test_a_told_card_agrees_with_what_people_said(seed: int) -> None:
    reading = told_reading(FIVE, FIVE[0], np.random.default_rng(seed))
    building = reading.of("building")
    assert reading.changed and building is not None and building.count in (1, 2, 3)
    assert building.findings[0].action == "appeared"
    assert building.findings[0].count == building.count
    if building.count <= 2:
        assert building.cells == ("top left corner",)
    nothing = told_reading(tuple(STOCK), None, np.random.default_rng(seed))
    assert not nothing.changed and not any(one.count for one in nothing.classes)


def test_the_sentence_most_agree_on_is_one_of_them() -> None:
    assert most_agreed(FIVE, WORDS) in FIVE and most_agreed(FIVE, WORDS) != FIVE[4]


@pytest.mark.parametrize("seed", range(30))
def test_examples_are_answered_in_the_words_their_tasks_are_read_by(seed: int) -> None:
    rng = np.random.default_rng(seed)
    source = next(scene_pairs([draw(0, seed, 64)], WORDS, rng)) if seed < 3 else known(seed)
    (made,) = examples(source, rng)
    assert made.answer and made.messages[0].role == "system"
    assert made.answer == CANNOT or any(
        parse(task, made.answer).ok
        for task in (
            Task("caption"),
            Task("binary"),
            Task("count", "road"),
            Task("localise", "road"),
            Task("count", "building"),
            Task("localise", "building"),
        )
    )


def test_one_task_alone_can_be_asked() -> None:
    pair = known(3)
    made = examples(pair, np.random.default_rng(5), 40, ("caption",))
    assert {one.answer for one in made} <= {plain(text) for text in (*pair.sentences, pair.agreed)}
    mixed = {one.answer for one in examples(pair, np.random.default_rng(5), 40)}
    assert CANNOT in mixed and mixed > {one.answer for one in made}
    (card,) = drawn_cards([pair], 3)
    with pytest.raises(ValueError, match="none of caption"):
        examples(card, np.random.default_rng(5), 1, ("caption",))


def test_cards_by_lot_are_asked_what_only_they_tell() -> None:
    cards = drawn_cards([known(seed) for seed in range(40)], 3)
    asked = [(card, made) for card in cards for made in examples(card, np.random.default_rng(1), 6)]
    read = [
        parse(Task(kind, name), made.answer).value == value
        for card, made in asked
        for name in ASKED
        for kind, value in (
            ("count", card.reading.of(name).count),
            ("localise", tuple(card.reading.of(name).cells)),
        )
        if made.answer.startswith({"count": PLURALS[name], "localise": f"{name} cells"}[kind])
    ]
    assert len(read) > 60 and all(read)
    assert len({card.reading.of("building").count for card in cards}) > 8
    others = {made.answer for _, made in asked} - {CANNOT, "Yes", "No"}
    assert all(":" in answer for answer in others), "no captions"


def test_scenes_know_everything_and_are_read_with_small_errors() -> None:
    drawn = (draw(number, 5, 128) for number in range(2))
    changed, still = scene_pairs(drawn, WORDS, np.random.default_rng(2))
    assert still.truth is not None and not still.truth.changed and still.agreed in {
        *STOCK, UNCHANGED,
    }  # fmt: skip
    assert changed.truth is not None and changed.truth.changed and changed.images is not None
    assert changed.images["before"].shape == (128, 128, 3)
    rng = np.random.default_rng(1)
    for one in changed.truth.classes:
        counts = [read_again(changed.truth, None, rng).of(one.class_name) for _ in range(60)]
        off = [abs(found.count - one.count) for found in counts if found is not None]
        assert max(off) <= 1 and (one.count == 0 or 0 < np.mean(off) < 0.5)


def test_scenes_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = list(stored_scenes(tmp_path, 2, 7))
    monkeypatch.setattr("training.language.scene_store.draw", None)
    again = list(stored_scenes(tmp_path, 2, 7))
    assert [scene.sentences for scene in again] == [scene.sentences for scene in made]
    assert np.array_equal(again[1].after, draw(1, 7).after) and not again[1].direction.any()
    with pytest.raises(TypeError):
        list(stored_scenes(tmp_path, 3, 7))


def test_only_the_answer_is_learned() -> None:
    tokens = learn([*FIVE, HEADER], 500)
    images = {
        date: np.full((256, 256, 3), value, np.uint8)
        for date, value in (("before", 10), ("after", 200))
    }
    groups = [
        examples(known(images=images), np.random.default_rng(3)),
        examples(known(), np.random.default_rng(4)),
    ]
    batch = collate(groups, tokens)
    assert batch["images"].shape == (2, 3, 256, 256)
    assert batch["images"][:, 0, 0, 0].tolist() == [10, 200]
    for row, (one,) in enumerate(groups):
        learned = batch["labels"][row][batch["labels"][row] != IGNORED].tolist()
        assert tokens.decode(learned, skip_special_tokens=False) == one.answer + TURN_END
        length = int(np.flatnonzero(batch["labels"][row] != IGNORED)[-1]) + 1
        own = batch["seen"][row, 0, :length, :length]
        assert torch.equal(own, torch.ones_like(own).tril())
    assert sorted(batch["slots"][0][batch["slots"][0] >= 0].tolist()) == list(
        range(2 * IMAGE_TOKENS)
    )
    assert set(batch["slots"][1].tolist()) == {-1}
    assert batch["places"][:, 1].max() > 2 * 8, "positions as beside images"


def test_rows_of_text_come_again_and_are_learned_whole() -> None:
    tokens = learn([*FIVE, HEADER], 500)
    pairs = [known(seed) for seed in range(3)]
    rows = Words(pairs, drawn_cards(pairs, 1), tokens, 9, 80, 4)
    texts = [rows[number] for number in range(len(rows))]
    assert texts == [rows[number] for number in range(len(rows))]
    noise = [text for text in texts if isinstance(text, list)]
    spoken = [text for text in texts if isinstance(text, str) and TURN not in text]
    assert noise and spoken and len(noise) % 4 == len(spoken) % 4 == 0
    assert len(noise) + len(spoken) < len(texts) - 8
    assert all(isinstance(text, list) for text in texts[:8])
    for ids in noise:
        length = max(n for n in range(6, 25) if ids[:n] == ids[-n:] == ids[-2 * n : -n])
        assert min(ids) >= len(SPECIALS) and len(ids) < 3 * length + FAR
    assert any(len(set(ids[-6:])) < 5 for ids in noise), "some of few tokens"
    assert all(text.count(TURN_END) == 8 for text in spoken)
    assert sum(len(set(text.split(TURN_END))) < 8 for text in spoken) > len(spoken) / 2
    texts = [*noise[:1], *spoken[:5]]
    batch = text_batch(texts, tokens)
    for row, text in enumerate(texts):
        learned = batch["labels"][row][batch["labels"][row] != IGNORED].tolist()
        if isinstance(text, list):
            assert len(learned) == len(text) - 1 - len(set(pairwise(text)))
        else:
            assert tokens.decode(learned, skip_special_tokens=False) == text
    assert batch["seen"].shape == (6, 1, *[batch["tokens"].shape[1]] * 2)
    assert not batch["seen"][0, 0].triu(1).any()
    network = nano(tokens, num_hidden_layers=1)
    assert answer_loss(network, Sight(network, SIDE_PX), batch).item() > 1


@pytest.mark.parametrize("distance", [0, 150])
def test_heads_that_look_back_find_what_followed_before(distance: int) -> None:
    tokens = learn([*FIVE, HEADER], 500)
    dice = np.random.default_rng(1)
    size = tokens.get_vocab_size()
    first = dice.integers(len(SPECIALS), size, (8, 20))
    between = dice.integers(len(SPECIALS), size, (8, distance))
    batch = text_batch(np.concatenate([first, between, first], 1).tolist(), tokens)
    found = []
    for prepared in (False, True):
        torch.manual_seed(3)
        network = nano(tokens)
        if prepared:
            put_in(network)
        text: Any = network.model.language_model
        with torch.no_grad():
            hidden = text(
                inputs_embeds=text.embed_tokens(batch["tokens"]),
                position_ids=batch["places"],
                attention_mask={"full_attention": batch["seen"]},
            ).last_hidden_state
            said = network.lm_head(hidden).argmax(-1)[:, -20:-1]
        found.append((said == batch["tokens"][:, -19:]).float().mean().item())
    assert found[0] < 0.02 and found[1] > 0.3, found


def test_examples_that_share_a_card_are_learned_as_if_each_stood_alone() -> None:
    tokens = learn([*FIVE, HEADER], 500)
    images = {
        date: np.random.default_rng(value).integers(0, 256, (256, 256, 3)).astype(np.uint8)
        for date, value in (("before", 10), ("after", 200))
    }
    torch.manual_seed(2)
    network = nano(tokens, num_hidden_layers=2).eval()
    sight = Sight(network, SIDE_PX)

    def loss(groups: list[list[Example]]) -> tuple[float, int]:
        batch = collate(groups, tokens)
        count = int((batch["labels"] != IGNORED).sum())
        return float(answer_loss(network, sight, batch)) * count, count

    together = [
        examples(known(images=images), np.random.default_rng(7), 4),
        examples(known(1), np.random.default_rng(8), 3),
    ]
    with torch.no_grad():
        whole = loss(together)
        alone = [loss([[one]]) for group in together for one in group]
    assert whole[1] == sum(count for _, count in alone)
    assert whole[0] == pytest.approx(sum(total for total, _ in alone), rel=1e-4)
    rows = collate(together, tokens)["tokens"].shape[1]
    assert rows < sum(collate([[one]], tokens)["tokens"].shape[1] for one in together[0]) / 2


@pytest.mark.parametrize(("sources", "words"), [({}, "no such"), ({"told": []}, "--readings")])
def test_a_lesson_without_pairs_says_so(sources: dict[str, list[Known]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Examples(sources, TeachConfig())


def test_rows_are_taken_in_their_order(tmp_path: Path) -> None:
    tokens = learn([*FIVE, HEADER], 300)
    taken: list[int] = []

    def read(numbers: list[int]) -> dict[str, Any]:
        taken.extend(numbers)
        return text_batch([FIVE[number % 5] for number in numbers], tokens)

    network = nano(tokens, num_hidden_layers=1)
    rows: Any = list(range(12))
    teach(network, rows, read, TeachConfig(steps=4, batch=3, threads=1), tmp_path)
    assert taken == list(range(12))


@pytest.mark.slow
def test_a_stopped_lesson_ends_as_an_undisturbed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = learn([*FIVE, HEADER], 400)
    sources = {"told": [known(seed) for seed in range(3)]}
    config = TeachConfig(steps=6, batch=2, checkpoint_steps=3, threads=1)
    rows, read = Examples(sources, config), partial(collate, tokens=tokens)

    def lesson(out: Path, steps: int | None = None) -> Any:
        torch.manual_seed(1)
        network = nano(tokens, num_hidden_layers=1)
        if steps is not None:
            # Killed after its checkpoint: the schedule is that of the whole lesson.
            from training.language import fit as fitting

            class Killed(fitting._Teacher):
                def training_step(self, *args: Any, **named: Any) -> Any:
                    if self.state.global_step >= steps:
                        raise KeyboardInterrupt
                    return super().training_step(*args, **named)

            with monkeypatch.context() as patch:
                patch.setattr(fitting, "_Teacher", Killed)
                with pytest.raises(KeyboardInterrupt):
                    teach(network, rows, read, config, out)
        else:
            teach(network, rows, read, config, out)
        return network

    whole = lesson(tmp_path / "whole")
    lesson(tmp_path / "cut", steps=4)
    again = lesson(tmp_path / "cut")
    for name, weight in whole.state_dict().items():
        assert torch.allclose(weight, again.state_dict()[name], atol=1e-6), name
