"""The nano model's own forward passes and graphs give what transformers' network gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tokenizers import Tokenizer  # noqa: E402

from engine.language.chat_format import IMAGE, SPECIALS, TURN_END, chat_text  # noqa: E402
from engine.language.messages import said  # noqa: E402
from engine.language.prompts import follow_up, opening  # noqa: E402
from engine.language.tasks import BINARY, CAPTION, TASKS  # noqa: E402
from training.language.network import IMAGE_TOKENS, SIDE_PX, nano  # noqa: E402
from training.language.parts import Sight, Speech, patches  # noqa: E402
from training.language.tokens import learn, save  # noqa: E402

TEXTS = [message.as_text("") for task in TASKS for message in opening(task)] * 3
CONFIG = Path(__file__).parents[3] / "training" / "language" / "configs" / "nano.toml"
GRID = torch.tensor([[1, 16, 16]] * 4)


@pytest.fixture(scope="module")
def tokens() -> Tokenizer:
    return learn([*TEXTS, "14 houses are built along the road"], 700)


@pytest.fixture(scope="module")
def network(tokens: Tokenizer) -> Any:
    torch.manual_seed(0)
    made = nano(tokens).eval()
    with torch.no_grad():
        for weight in made.parameters():
            if weight.ndim > 1:
                weight.normal_(0, 0.08)
    return made


@pytest.fixture(scope="module")
def images() -> Any:
    return torch.randint(0, 256, (4, 3, SIDE_PX, SIDE_PX), dtype=torch.uint8)


@pytest.fixture(scope="module")
def inputs(tokens: Tokenizer, images: Any) -> dict[str, Any]:
    """Two prompts of different length, padded on the left, as transformers takes them."""
    ids = [tokens.encode(chat_text(opening(task), IMAGE_TOKENS)).ids for task in (CAPTION, BINARY)]
    longest = max(map(len, ids))
    rows = torch.tensor([[0] * (longest - len(one)) + one for one in ids])
    seen = torch.tensor([[0] * (longest - len(one)) + [1] * len(one) for one in ids])
    kinds = (rows == tokens.token_to_id(IMAGE)).int()
    return {
        "input_ids": rows,
        "attention_mask": seen,
        "mm_token_type_ids": kinds,
        "pixel_values": patches(images, 16, 2).flatten(0, 1),
        "image_grid_thw": GRID,
    }


def test_tokens_lose_nothing_and_take_digits_one_by_one(tokens: Tokenizer, tmp_path: Path) -> None:
    text = "Wo? 1,234 m² – «a\tb»\n  new"
    assert tokens.decode(tokens.encode(text).ids, skip_special_tokens=False) == text
    assert list(tokens.encode("1234").tokens) == list("1234")
    assert all(tokens.token_to_id(name) is not None for name in SPECIALS)
    again = learn([*TEXTS, "14 houses are built along the road"], 700)
    assert again.to_str() == tokens.to_str()
    save(tokens, tmp_path)
    from transformers import AutoTokenizer

    known = AutoTokenizer.from_pretrained(tmp_path)
    assert known.eos_token == TURN_END and known.image_token == IMAGE
    messages = follow_up(opening(CAPTION), "a road", BINARY)
    content = [
        {
            "role": message.role,
            "content": [
                {"type": "text", "text": part.text} if hasattr(part, "text") else {"type": "image"}
                for part in message.parts
            ],
        }
        for message in messages
    ]
    made = known.apply_chat_template(content, tokenize=False, add_generation_prompt=True)
    assert made == chat_text(messages, 1)
    assert chat_text([said("user", "hi")], 1, answering=False).endswith(f"hi{TURN_END}\n")


def test_patches_are_those_of_transformers(images: Any) -> None:
    from transformers import Qwen2VLImageProcessorPil

    size = {"shortest_edge": SIDE_PX**2, "longest_edge": SIDE_PX**2}
    processor = Qwen2VLImageProcessorPil(
        patch_size=16, merge_size=2, temporal_patch_size=2,
        image_mean=[0.5] * 3, image_std=[0.5] * 3, size=size,
    )  # fmt: skip
    made = processor([image.permute(1, 2, 0).numpy() for image in images], return_tensors="pt")
    assert torch.equal(made["image_grid_thw"], GRID)
    assert torch.allclose(made["pixel_values"], patches(images, 16, 2).flatten(0, 1), atol=1e-6)


@torch.no_grad()
def test_sight(network: Any, images: Any, inputs: dict[str, Any]) -> None:
    seen = network.model.get_image_features(inputs["pixel_values"], GRID, return_dict=True)
    wanted = torch.stack(list(seen.pooler_output))
    found = Sight(network, SIDE_PX)(images)
    assert found.shape == (4, IMAGE_TOKENS, network.config.get_text_config().hidden_size)
    assert torch.allclose(found, wanted, atol=1e-3)
    with pytest.raises(ValueError, match="windows"):
        Sight(network, 160)


@torch.no_grad()
def test_speech_with_a_cache_says_the_same_tokens(network: Any, inputs: dict[str, Any]) -> None:
    steps = 10
    wanted = network.generate(
        **inputs, max_new_tokens=steps, do_sample=False, eos_token_id=None, pad_token_id=0
    )[:, inputs["input_ids"].shape[1] :]
    rows, seen = inputs["input_ids"], inputs["attention_mask"]
    places, _ = network.model.get_rope_index(
        rows, inputs["mm_token_type_ids"], image_grid_thw=GRID, attention_mask=seen
    )
    vectors = network.model.get_image_features(inputs["pixel_values"], GRID, return_dict=True)
    flat = torch.cat(list(vectors.pooler_output))
    slots = torch.full_like(rows, -1)
    slots[inputs["mm_token_type_ids"] == 1] = torch.arange(len(flat))
    speech, length = Speech(network), rows.shape[1]
    config = network.config.get_text_config()
    cache = torch.zeros(config.num_hidden_layers, 2, 2, config.num_key_value_heads, 0, 64)
    known, fresh, last = torch.zeros(2, 0, dtype=torch.bool), seen.bool(), [length - 1] * 2
    cut = length - 7
    # Prefill in two pieces, as a prefix that several questions share is.
    for piece in (slice(0, cut), slice(cut, length)):
        part = (rows[:, piece], flat, slots[:, piece], places[:, :, piece], fresh[:, piece])
        last = torch.full((2,), part[0].shape[1] - 1)
        logits, cache = speech(*part, known, last, cache)
        known = torch.cat((known, part[4]), 1)
    said_tokens = []
    following = places.amax((0, 2)) + 1
    for step in range(steps):
        word = logits.argmax(-1)
        said_tokens.append(word)
        now = (following + step)[None, :, None].expand(3, -1, -1)
        one = torch.ones(2, 1, dtype=torch.bool)
        logits, cache = speech(
            word[:, None], flat[:1], torch.full((2, 1), -1), now, one, known,
            torch.zeros(2, dtype=torch.long), cache,
        )  # fmt: skip
        known = torch.cat((known, one), 1)
    assert torch.equal(torch.stack(said_tokens, 1), wanted)


@pytest.fixture(scope="module")
def folder(network: Any, tokens: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graphs of the random network, as a model folder has them."""
    pytest.importorskip("onnxruntime")
    from training.language.export import export_language

    made = tmp_path_factory.mktemp("model") / "language"
    export_language(network, SIDE_PX, made, half=False)
    save(tokens, made)
    return made


@pytest.mark.slow
def test_graphs(network: Any, images: Any, folder: Path) -> None:
    import onnxruntime

    sight, speech = (
        onnxruntime.InferenceSession(str(folder / name), providers=["CPUExecutionProvider"])
        for name in ("sight.onnx", "speech.onnx")
    )
    (vectors,) = sight.run(None, {"images": images[:3].numpy()})
    with torch.no_grad():
        assert np.allclose(vectors, Sight(network, SIDE_PX)(images[:3]).numpy(), atol=1e-3)
    rng = np.random.default_rng(2)
    for rows, length, before in ((1, 9, 0), (3, 1, 12), (2, 5, 3)):
        feeds = {
            "tokens": rng.integers(0, 300, (rows, length)),
            "images": vectors.reshape(-1, vectors.shape[-1])[:7],
            "slots": rng.integers(-1, 7, (rows, length)),
            "places": rng.integers(0, 40, (3, rows, length)),
            "fresh": np.ones((rows, length), bool),
            "known": rng.random((rows, before)) > 0.3,
            "last": rng.integers(0, length, rows),
            "past": rng.normal(size=(4, 2, rows, 2, before, 64)).astype(np.float32),
        }
        found = speech.run(None, feeds)
        with torch.no_grad():
            wanted = Speech(network)(*(torch.from_numpy(feeds[name]) for name in feeds))
        for one, other in zip(found, wanted, strict=True):
            assert one.shape == other.shape
            assert np.allclose(one, other.numpy(), atol=2e-3)


@pytest.mark.slow
def test_the_engine_says_the_same_tokens_as_transformers(
    network: Any, tokens: Tokenizer, images: Any, folder: Path
) -> None:
    from engine.guide.device import choose_device
    from engine.language.backend import Inquiry, Turn
    from engine.language.nano import NanoModel

    model = NanoModel(folder, choose_device("cpu"), batch=2)
    model.longest = 9
    photos = images.permute(0, 2, 3, 1).numpy()
    pairs: list[Any] = [
        {"before": photos[first], "after": photos[second]}
        for first, second in ((0, 1), (2, 3), (3, 0))
    ]
    asked = [TASKS, TASKS[:1], TASKS[2:4]]
    inquiries = [
        Inquiry(pair, tuple(Turn(task, opening(task)) for task in some))
        for pair, some in zip(pairs, asked, strict=True)
    ]
    found = model.answer(inquiries)
    assert [len(several) for several in found] == [6, 1, 2]
    for inquiry, replies in zip(inquiries, found, strict=True):
        two = np.stack([inquiry.images["before"], inquiry.images["after"]])
        pixels = torch.from_numpy(two).permute(0, 3, 1, 2)
        for turn, reply in zip(inquiry.turns, replies, strict=True):
            ids = torch.tensor([tokens.encode(chat_text(turn.messages, IMAGE_TOKENS)).ids])
            with torch.no_grad():
                said_ids = network.generate(
                    input_ids=ids,
                    mm_token_type_ids=(ids == tokens.token_to_id(IMAGE)).int(),
                    pixel_values=patches(pixels, 16, 2).flatten(0, 1),
                    image_grid_thw=GRID[:2],
                    max_new_tokens=9,
                    do_sample=False,
                    eos_token_id=tokens.token_to_id(TURN_END),
                    pad_token_id=0,
                )[0, ids.shape[1] :].tolist()
            ended = tokens.token_to_id(TURN_END) in said_ids
            wanted = [word for word in said_ids if word != tokens.token_to_id(TURN_END)]
            assert reply.text == tokens.decode(wanted).strip() and reply.finished == ended
    assert model.answer([]) == [] and model.answer([Inquiry(pairs[0], ())]) == [()]
    small: Any = {date: image[:100, :120] for date, image in pairs[0].items()}
    assert len(model.answer([Inquiry(small, inquiries[1].turns)])[0]) == 1
    model.close()


@pytest.mark.slow
def test_a_nano_model_is_packed_beside_a_guide_with_its_card(folder: Path, tmp_path: Path) -> None:
    import shutil

    from engine.models import load_model
    from training.language.card import write_card
    from training.language.command import main

    spoken = tmp_path / "export"
    shutil.copytree(folder, spoken)
    results = tmp_path / "results.json"
    line = {"row": "captions", "label": "changed", "value": 40.123, "interval": [38.0, 42.0],
            "target": "≥ 43"}  # fmt: skip
    results.write_text(json.dumps({
        "targets": [line], "crops": 9, "changed": 4, "date": "2026-01-01",
        "condition": {"card": "full"},
    }), "utf-8")  # fmt: skip
    write_card(spoken, CONFIG, 5_357_472, results)
    card = (spoken / "README.md").read_text("utf-8")
    assert "5.4 million" in card and "| captions: changed | 40.12 | 38–42 | ≥ 43 |" in card
    assert main(["pack", "--nano", str(spoken), "--out", str(tmp_path / "model")]) == 0
    info, bundled = load_model(tmp_path / "model"), load_model("changevg-nano")
    assert info.has_language and info.id == bundled.id and info.version == bundled.version
    assert not info.answers_freely
    assert info.sha256["language/README.md"] and info.sha256["guide.onnx"]
    assert "language/README.md" in (tmp_path / "model" / "README.md").read_text("utf-8")
    assert main(["pack", "--nano", str(spoken), "--out", str(tmp_path / "model")]) == 2


@pytest.mark.slow
def test_a_damaged_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    from engine.errors import ModelDamagedError, ModelMissingError
    from engine.guide.device import choose_device
    from engine.language.nano import FILES, NanoModel

    for name in FILES:
        broken = tmp_path / name
        shutil.copytree(folder, broken)
        (broken / name).write_bytes(b"no")
        with pytest.raises(ModelDamagedError):
            NanoModel(broken, choose_device("cpu"))
        (broken / name).unlink()
        with pytest.raises(ModelMissingError, match=name):
            NanoModel(broken, choose_device("cpu"))
    swapped = tmp_path / "swapped"
    shutil.copytree(folder, swapped)
    (swapped / "sight.onnx").write_bytes((folder / "speech.onnx").read_bytes())
    with pytest.raises(ModelDamagedError, match=r"sight\.onnx takes"):
        NanoModel(swapped, choose_device("cpu"))
