"""The large model's tuning, on a small model of the same classes, layer names and folder layout."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
peft = pytest.importorskip("peft")

from safetensors.torch import load_file, save_file  # noqa: E402
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration  # noqa: E402

from engine.guide.device import Device  # noqa: E402
from engine.language.backend import Inquiry, Turn  # noqa: E402
from engine.language.open import open_backend  # noqa: E402
from engine.language.prompts import opening  # noqa: E402
from engine.language.qwen import SIDE_PX, QwenModel  # noqa: E402
from engine.language.tasks import BINARY, CAPTION  # noqa: E402
from engine.models.folder import load_model  # noqa: E402
from training.language import tune as tuning  # noqa: E402
from training.language.base_model import base_folder, token_px  # noqa: E402
from training.language.command import main  # noqa: E402
from training.language.merge import merge, weight_names  # noqa: E402
from training.language.tune import TuneData, tune, with_adapter  # noqa: E402
from training.language.tune_config import AdapterConfig, load_tuning  # noqa: E402

pytestmark = pytest.mark.usefixtures("one_thread")
CONFIGS = Path(tuning.__file__).parent / "configs"
SIDE = 64
SMALL = f"""
seed = 1
prompts = "data"
image_px = {SIDE}

[adapter]
layers = "all"
ratio = 16.0

[fit]
steps = 3
batch = 2
accumulation = 2
learning_rate = 5e-3
checkpoint_steps = 1
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "small.toml"
    path.write_text(SMALL, "utf-8")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path, base: Path, small: Path) -> Path:
    """A finished run, made by the command."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    arguments = ["tune", "--config", str(small), "--base", str(base), "--out", str(out)]
    for task in ("caption", "dialogue", "count_road", "binary"):
        arguments += ["--data-json", str(data / "train" / f"{task}.json")]
    assert main([*arguments, "--val-json", str(data / "train" / "binary.json")]) == 0
    return out


def published() -> Qwen2_5_VLForConditionalGeneration:
    """Qwen2.5-VL-7B's shape, without any memory for its weights."""
    text = {
        "vocab_size": 152_064, "hidden_size": 3584, "intermediate_size": 18_944,
        "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
        "rope_parameters": {
            "rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24],
        },
    }  # fmt: skip
    sight = {
        "depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16,
        "patch_size": 14, "out_hidden_size": 3584, "fullatt_block_indexes": [7, 15, 23, 31],
    }  # fmt: skip
    with torch.device("meta"):
        return Qwen2_5_VLForConditionalGeneration(
            Qwen2_5_VLConfig(text_config=text, vision_config=sight, tie_word_embeddings=False)
        )


def test_which_layers_of_the_7b_model_learn() -> None:
    paper, serve = (load_tuning(CONFIGS / f"{name}.toml").adapter for name in ("paper", "serve"))
    network = published()
    assert SIDE_PX // token_px(network) == 9
    linear = {
        name
        for name, module in network.named_modules()
        if isinstance(module, torch.nn.Linear) and name != "lm_head"
    }
    every = with_adapter(network, paper)
    assert adapted(every) == linear
    assert sum("visual.merger" in name for name in linear) == 2
    assert every.get_nb_trainable_parameters()[0] == 25_912_320
    spoken = with_adapter(published(), serve)
    assert adapted(spoken) == {name for name in linear if "visual" not in name}
    assert spoken.get_nb_trainable_parameters()[0] == 20_185_088


def adapted(network: Any) -> set[str]:
    names = (name for name, _ in network.named_modules() if name.endswith(".lora_A"))
    return {name.removeprefix("base_model.model.").removesuffix(".lora_A") for name in names}


def test_the_committed_settings() -> None:
    paper, serve = (load_tuning(CONFIGS / f"{name}.toml") for name in ("paper", "serve"))
    assert paper.fit == serve.fit and paper.revision == serve.revision
    assert paper.fit.batch * paper.fit.accumulation == 24 and paper.adapter.ratio == 16
    assert (paper.adapter.rank, paper.adapter.layers, serve.adapter.layers) == (
        8, "all", "language",
    )  # fmt: skip
    assert serve.prompts == "engine" and paper.image_px == serve.image_px == 256


def test_a_run_leaves_an_adapter_that_learned_everywhere(run: Path, base: Path) -> None:
    weights = load_file(run / "adapter" / "adapter_model.safetensors")
    moved = [name for name, weight in weights.items() if "lora_B" in name and weight.any()]
    assert len(moved) == len(weights) / 2 and any("visual" in name for name in moved)
    settings = json.loads((run / "adapter" / "adapter_config.json").read_text("utf-8"))
    assert settings["base_model_name_or_path"] == str(base.resolve())
    assert not [path for path in (run / "adapter").iterdir() if path.suffix in (".bin", ".pt")]
    state = json.loads(
        (run / "checkpoints" / "checkpoint-3" / "trainer_state.json").read_text("utf-8")
    )
    assert state["global_step"] == 3 and any("eval_loss" in line for line in state["log_history"])


def test_a_stopped_run_ends_as_an_undisturbed_one(
    run: Path, data: Path, base: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_tuning(small)
    tasks = ("caption", "dialogue", "count_road", "binary")
    files = TuneData(
        tuple(data / "train" / f"{task}.json" for task in tasks),
        (data / "train" / "binary.json",),
    )

    class Killed(tuning.Tuner):
        def training_step(self, *args: Any, **named: Any) -> Any:
            if self.state.global_step == 2:
                raise KeyboardInterrupt
            return super().training_step(*args, **named)

    heard: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(tuning, "Tuner", Killed)
        with pytest.raises(KeyboardInterrupt):
            tune(config, files, tmp_path / "cut", str(base), heard.append)
    assert not (tmp_path / "cut" / "adapter").exists() and "3 steps" in heard
    adapter = tune(config, files, tmp_path / "cut", str(base), heard.append)
    assert "from step 2 of 3" in heard
    again, whole = (
        load_file(folder / "adapter_model.safetensors") for folder in (adapter, run / "adapter")
    )
    assert again.keys() == whole.keys()
    for name, weight in whole.items():
        assert torch.allclose(weight, again[name], atol=1e-6), name
    with pytest.raises(ValueError, match="other data"):
        tune(config, TuneData(files.train[:1]), tmp_path / "cut", str(base), heard.append)


def test_a_step_is_the_same_however_it_is_cut_up(
    data: Path, base: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plain(tuning.Tuner):
        """Steps along the gradient itself, so that its size is seen."""

        def create_optimizer(self, *args: Any, **named: Any) -> Any:
            assert self.model is not None
            learned = [weight for weight in self.model.parameters() if weight.requires_grad]
            self.optimizer = torch.optim.SGD(learned, lr=1.0)
            return self.optimizer

    monkeypatch.setattr(tuning, "Tuner", Plain)
    config = load_tuning(small)
    files = TuneData(tuple(data / "train" / f"{task}.json" for task in ("dialogue", "binary")))
    found = []
    for batch, accumulation in ((4, 1), (1, 4)):
        fit = dataclasses.replace(
            config.fit, batch=batch, accumulation=accumulation, steps=1, warm_up=0.0
        )
        out = tmp_path / str(batch)
        adapter = tune(dataclasses.replace(config, fit=fit), files, out, str(base))
        found.append(load_file(adapter / "adapter_model.safetensors"))
    whole, cut = found
    assert (
        max(float(weight.abs().max()) for name, weight in whole.items() if "lora_B" in name) > 1e-3
    )
    for name, weight in whole.items():
        assert torch.allclose(weight, cut[name], atol=1e-5), name


def test_merged_packed_and_unmerged_say_the_same(run: Path, base: Path, tmp_path: Path) -> None:
    adapter, merged = run / "adapter", tmp_path / "merged"
    assert main(["merge", "--adapter", str(adapter), "--out", str(merged)]) == 0
    assert weight_names(merged) == weight_names(base)
    for name in ("config.json", "tokenizer.json", "preprocessor_config.json"):
        assert (merged / name).read_bytes() == (base / name).read_bytes()
    models = tmp_path / "models"
    for kind, folder in (("adapter", adapter), ("merged", merged)):
        assert main(["pack", f"--{kind}", str(folder), "--out", str(models / kind)]) == 0
    rng = np.random.default_rng(0)
    images: Any = {
        date: rng.integers(0, 256, (64, 64, 3), np.uint8) for date in ("before", "after")
    }
    inquiry = Inquiry(images, tuple(Turn(task, opening(task)) for task in (CAPTION, BINARY)))
    said = []
    for kind in ("adapter", "merged"):
        info = load_model(models / kind)
        assert info.id == "changevg-7b" and info.has_language
        backend = open_backend(info, Device("cpu", ("CPUExecutionProvider",), ""))
        assert isinstance(backend, QwenModel)
        said.append(answered(backend, inquiry))
    beside = QwenModel(str(base))
    untuned = answered(beside, inquiry)
    beside._network = peft.PeftModel.from_pretrained(beside._network, str(adapter)).base_model.model
    said.append(answered(beside, inquiry))
    assert said[0] == said[1] == said[2] != untuned
    assert all(reply.text for reply in untuned)


def answered(model: QwenModel, inquiry: Inquiry) -> Any:
    model.longest = 6
    return model.answer([inquiry])[0]


def test_bf16_weights_are_tuned_by_float32_adapters(
    data: Path, base: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "best_dtype", lambda: torch.bfloat16)
    config = load_tuning(small)
    arguments = TuneData((data / "train" / "binary.json",))
    adapter = tune(config, arguments, tmp_path / "half", str(base))
    weights = load_file(adapter / "adapter_model.safetensors")
    assert {weight.dtype for weight in weights.values()} == {torch.float32}
    assert all(weight.isfinite().all() for weight in weights.values())


def test_an_adapter_for_another_model(run: Path, make_base: Any, tmp_path: Path) -> None:
    wide = make_base(tmp_path / "wide", intermediate_size=320)
    deep = tmp_path / "deep"
    shutil.copytree(run / "adapter", deep)
    with pytest.raises(ValueError, match="for another model"):
        merge(run / "adapter", tmp_path / "out", str(wide))
    weights = load_file(deep / "adapter_model.safetensors")
    more = {name.replace("layers.0.", "layers.7."): one.clone() for name, one in weights.items()}
    save_file(weights | more, deep / "adapter_model.safetensors", {"format": "pt"})
    with pytest.raises(ValueError, match="no counterpart"):
        merge(deep, tmp_path / "out")
    (deep / "adapter_model.safetensors").rename(deep / "adapter_model.bin")
    with pytest.raises(ValueError, match="no safetensors"):
        merge(deep, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_models_that_are_not_taken(base: Path, tmp_path: Path, monkeypatch: Any) -> None:
    with pytest.raises(FileNotFoundError, match="no model folder"):
        base_folder(str(tmp_path / "none"))
    with pytest.raises(ValueError, match="40 hex digits"):
        base_folder("owner/name", "main")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(FileNotFoundError, match="give a local folder"):
        base_folder("owner/name", "0" * 40)
    for name, content in (
        ("model.safetensors", None),
        ("tokenizer.json", None),
        ("config.json", '{"model_type": "bert"}'),
    ):
        broken = tmp_path / name.replace(".", "_")
        shutil.copytree(base, broken)
        (broken / name).unlink()
        if content:
            (broken / name).write_text(content, "utf-8")
        with pytest.raises(ValueError, match=r"safetensors|tokenizer\.json|bert"):
            base_folder(str(broken))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("dreams = 1", "unknown settings"),
        ("[fit]\nlr = 1", "unknown settings in fit"),
        ('[adapter]\nlayers = "some"', "choose one of all, language"),
        ('prompts = "mine"', "choose data or engine"),
        ('card = "huge"', "choose one of"),
        ("[adapter]\nrank = 0", "at least 1"),
    ],
)
def test_settings_that_there_are_not(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "t.toml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=match):
        load_tuning(tmp_path / "t.toml")


def test_the_command_says_what_is_wrong(
    small: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["tune", "--config", str(small), "--out", str(tmp_path / "out"), "--data-json"]
    assert main([*given, str(data / "train.jsonl")]) == 2
    assert "--base" in capsys.readouterr().err
    assert main([*given, str(data / "train.jsonl"), "--base", str(tmp_path)]) == 2
    assert "no model folder" in capsys.readouterr().err
    assert main(["merge", "--adapter", str(tmp_path), "--out", str(tmp_path / "m")]) == 2
    assert "no adapter" in capsys.readouterr().err
    assert AdapterConfig().layers == "language"
