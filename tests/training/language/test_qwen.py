"""The torch path: the same folder layout as the 7B model, at a few million random weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from engine.errors import ModelDamagedError, ModelMissingError, OutOfMemoryError  # noqa: E402
from engine.language.backend import Inquiry, Turn  # noqa: E402
from engine.language.chat_format import IMAGE, TURN_END, chat_text  # noqa: E402
from engine.language.prompts import follow_up, opening  # noqa: E402
from engine.language.qwen import QwenModel  # noqa: E402
from engine.language.tasks import TASKS  # noqa: E402
from training.language.network import IMAGE_TOKENS, nano, save  # noqa: E402
from training.language.parts import patches  # noqa: E402
from training.language.tokens import learn  # noqa: E402

STEPS = 8
RNG = np.random.default_rng(0)
PAIRS: list[Any] = [
    {date: RNG.integers(0, 256, (256, 256, 3), np.uint8) for date in ("before", "after")}
    for _ in range(3)
]
TURNS = tuple(Turn(task, opening(task)) for task in TASKS)
INQUIRIES = [
    Inquiry(PAIRS[0], TURNS),
    Inquiry(PAIRS[1], TURNS[:1]),
    Inquiry(PAIRS[2], (TURNS[2], Turn(TASKS[0], follow_up(TURNS[1].messages, "Yes", TASKS[0])))),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    texts = [message.as_text("") for task in TASKS for message in opening(task)] * 3
    tokens = learn(texts, 600)
    network = nano(tokens, num_hidden_layers=2)
    with torch.no_grad():
        for weight in network.parameters():
            if weight.ndim > 1:
                weight.normal_(0, 0.08)
    made = tmp_path_factory.mktemp("hf") / "tiny"
    save(network, tokens, made)
    return made


def opened(folder: Path, **options: Any) -> QwenModel:
    model = QwenModel(str(folder), **options)
    model.longest = STEPS
    return model


@pytest.fixture(scope="module")
def model(folder: Path) -> QwenModel:
    return opened(folder, batch=2)


def generated(model: QwenModel, images: Any, messages: Any) -> tuple[str, bool]:
    """What transformers' own ``generate`` says."""
    ids = torch.tensor([model.encode(chat_text(messages, IMAGE_TOKENS))])
    two = np.stack([images["before"], images["after"]])
    pixels = patches(torch.from_numpy(two).permute(0, 3, 1, 2), 16, 2).flatten(0, 1)
    with torch.no_grad():
        out = model._network.generate(
            input_ids=ids,
            mm_token_type_ids=(ids == model.image).int(),
            pixel_values=pixels,
            image_grid_thw=torch.tensor([[1, 16, 16]] * 2),
            max_new_tokens=STEPS,
            do_sample=False,
            eos_token_id=model.end,
            pad_token_id=0,
        )[0, ids.shape[1] :].tolist()
    ended = model.end in out
    return model.decode([word for word in out if word != model.end]).strip(), ended


def test_the_same_tokens_as_generate_in_any_batch(model: QwenModel) -> None:
    found = model.answer(INQUIRIES)
    assert [len(replies) for replies in found] == [6, 1, 2]
    for inquiry, replies in zip(INQUIRIES, found, strict=True):
        for turn, reply in zip(inquiry.turns, replies, strict=True):
            assert (reply.text, reply.finished) == generated(model, inquiry.images, turn.messages)
            assert model.answer([Inquiry(inquiry.images, (turn,))]) == [(reply,)]
    assert model.grid == 8 and model.encode(IMAGE + TURN_END) == [model.image, model.end]
    assert "tiny" in model.name and "cpu" in model.name


def test_memory_that_runs_out_halves_the_batch(
    model: QwenModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = model.answer(INQUIRIES)
    look = model.look

    def small(inquiries: Any) -> Any:
        if len(inquiries) > 1:
            raise OutOfMemoryError("No memory.")
        return look(inquiries)

    monkeypatch.setattr(model, "look", small)
    assert model.answer(INQUIRIES) == whole
    monkeypatch.setattr(model, "look", lambda inquiries: small([1, 2]))
    with pytest.raises(OutOfMemoryError):
        model.answer(INQUIRIES)


def test_a_cache_without_room_halves_the_batch(
    model: QwenModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import DynamicCache

    whole, take = model.answer(INQUIRIES), DynamicCache.batch_select_indices
    full: list[int] = []

    def once(cache: Any, rows: Any) -> None:
        if not full:
            full.append(len(rows))
            raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        take(cache, rows)

    monkeypatch.setattr(DynamicCache, "batch_select_indices", once)
    assert model.answer(INQUIRIES) == whole and full


def test_a_processor_that_resizes_is_refused(folder: Path, tmp_path: Path) -> None:
    larger = tmp_path / "larger"
    shutil.copytree(folder, larger)
    settings = larger / "preprocessor_config.json"
    size = {"shortest_edge": 448**2, "longest_edge": 1024**2}
    known = json.loads(settings.read_text("utf-8"))
    settings.write_text(json.dumps(known | {"size": size}), "utf-8")
    with pytest.raises(ModelDamagedError, match="vectors"):
        opened(larger).answer(INQUIRIES[:1])


def test_an_adapter_is_merged(folder: Path, model: QwenModel, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    torch.manual_seed(1)
    targets = r".*language_model.*\.(q_proj|v_proj|down_proj)"
    fresh = opened(folder)
    tuned = peft.get_peft_model(
        fresh._network, peft.LoraConfig(r=4, lora_alpha=8, target_modules=targets)
    )
    for name, weight in tuned.named_parameters():
        if "lora_B" in name:
            weight.data.normal_(0, 0.2)
    tuned.save_pretrained(tmp_path / "adapter")
    assert not list((tmp_path / "adapter").glob("*.bin"))
    merged = opened(folder, adapter=tmp_path / "adapter")
    found = merged.answer(INQUIRIES[1:2])
    assert found != model.answer(INQUIRIES[1:2]) and "adapter" in merged.name
    assert found == fresh.answer(INQUIRIES[1:2]), "the adapter beside the weights says the same"
    pickled = tmp_path / "pickled"
    shutil.copytree(tmp_path / "adapter", pickled)
    (pickled / "adapter_model.safetensors").unlink()
    torch.save(tuned.state_dict(), pickled / "adapter_model.bin")
    with pytest.raises(ModelMissingError, match=r"adapter_model\.safetensors"):
        opened(folder, adapter=pickled)
    settings = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text("utf-8"))
    settings["target_modules"] = r".*no_such_layer"
    (tmp_path / "adapter" / "adapter_config.json").write_text(json.dumps(settings), "utf-8")
    with pytest.raises(ModelDamagedError, match="does not fit"):
        opened(folder, adapter=tmp_path / "adapter")


def test_folders_that_cannot_be_used(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="cannot be loaded"):
        QwenModel(str(tmp_path / "nowhere"))
    pickled = tmp_path / "pickled"
    shutil.copytree(folder, pickled)
    (pickled / "model.safetensors").unlink()
    torch.save({}, pickled / "pytorch_model.bin")
    with pytest.raises(ModelMissingError):
        QwenModel(str(pickled))
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    config = json.loads((other / "config.json").read_text("utf-8"))
    (other / "config.json").write_text(json.dumps(config | {"model_type": "bert"}), "utf-8")
    with pytest.raises(ModelDamagedError, match="bert"):
        QwenModel(str(other))
    mute = tmp_path / "mute"
    shutil.copytree(folder, mute)
    (mute / "tokenizer.json").unlink()
    (mute / "tokenizer_config.json").unlink()
    with pytest.raises((ModelMissingError, ModelDamagedError)):
        QwenModel(str(mute))
