"""Both branches trained as the paper trains them: together, then each alone, on captioned crops.

Source: science.md 1.3 (MCI's schedule). Steps are drawn from (seed, stage, step) alone, so that a
killed run continues to the same weights.
"""

from __future__ import annotations

import dataclasses
import json
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from training.guide import checkpoint
from training.guide.caption import CaptionDecoder
from training.guide.caption_fit import CaptionConfig
from training.guide.caption_run import DECODER, VOCABULARY, write_decoder
from training.guide.config import FitConfig, from_dict
from training.guide.decode import greedy
from training.guide.losses import allowed_mask, guide_loss
from training.guide.networks import build
from training.guide.stage_data import StageBatch, Told, told
from training.guide.stages import STAGES, Patience, Stage, balanced, enter, stage_losses
from training.guide.word_decoder import WordDecoder

STAGED = "staged.pt"


@dataclasses.dataclass(frozen=True)
class StagesConfig:
    """A run of the three stages.

    Attributes
    ----------
    guide : FitConfig
        Architecture, loss weights, seed and learning rate; ``train`` are its groups of tiles.
    validate : tuple of str
        Groups that choose the best weights of each stage.
    batch, accumulate : int
        Crops a forward pass, and passes a step.
    steps : int
        Most steps of a stage; it ends earlier when ``Stage.patience`` validations bring nothing.
    views : tuple of int
        Flips and turns of the training crops; the paper has none: (0,).
    swapped : float
        Share of training crops with their dates swapped, without a sentence: nearly all real
        changes are new things, and a direction is learned from both.
    width, heads, hidden, layers, dropout
        Of the caption decoder.
    """

    guide: FitConfig
    validate: tuple[str, ...] = ()
    batch: int = 8
    accumulate: int = 8
    steps: int = 10_000
    validate_every: int = 50
    patience: int = 50
    views: tuple[int, ...] = (0,)
    swapped: float = 0.25
    width: int = 512
    heads: int = 8
    hidden: int = 2048
    layers: int = 1
    dropout: float = 0.1


def load(path: Path) -> StagesConfig:
    """Read a TOML file: :class:`StagesConfig`'s own values, and a table ``guide``.

    Raises
    ------
    ValueError
        A setting that there is not.
    """
    with open(path, "rb") as stream:
        values = tomllib.load(stream)
    known = {field.name for field in dataclasses.fields(StagesConfig)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    guide = from_dict(values.pop("guide", {}))
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return StagesConfig(guide, **(values | lists))


@torch.no_grad()
def scores(network: nn.Module, decoder: WordDecoder, held: Told, batch: int) -> dict[str, float]:
    """BLEU-4 of greedy sentences and mean IoU of background and building, each 0..1.

    Raises
    ------
    ImportError
        ``pycocoevalcap`` (extra ``evaluate``) is missing.
    """
    from pycocoevalcap.bleu.bleu_scorer import BleuScorer

    network.eval()
    decoder.eval()
    device = next(network.parameters()).device
    bleu = BleuScorer(n=4)
    both, either = torch.zeros(2), torch.zeros(2)
    for part, crops in held.all(batch):
        reading = network(part.before.to(device), part.after.to(device))
        found = (reading.change.argmax(1) == 1).cpu()
        mask = allowed_mask(part.allowed)
        truth, known = mask[:, 1] & (mask.sum(1) == 1), (mask.sum(1) == 1) | ~mask[:, 1]
        for index, (one, other) in enumerate(((~found, ~truth), (found, truth))):
            both[index] += (one & other & known).sum()
            either[index] += ((one | other) & known).sum()
        for sentence, crop in zip(greedy(decoder, decoder.memory(reading)), crops, strict=True):
            bleu += (held.vocabulary.decode(sentence.ids), list(crop.sentences))
    value = float(bleu.compute_score(option="closest", verbose=0)[0][3])
    return {"bleu4": value, "miou": float((both / either.clamp_min(1)).mean())}


def worth(stage: Stage, values: dict[str, float]) -> float:
    """What a stage's best weights are chosen by: each of its branches' own score."""
    own = {"caption": "bleu4", "detection": "miou"}
    return sum(values[own[loss]] for loss in stage.losses)


class Run:
    """The state of a run: both networks, the stage, its step, its optimiser and its patience."""

    def __init__(self, config: StagesConfig, taught: Told, held: Told, out: Path) -> None:
        self.config, self.taught, self.held, self.out = config, taught, held, out
        self.settings = json.loads(json.dumps(dataclasses.asdict(config)))
        torch.manual_seed(config.guide.seed)
        self.accelerator = Accelerator(cpu=not torch.cuda.is_available())
        self.network = build(config.guide, config.guide.pretrained).to(self.accelerator.device)
        with torch.no_grad():
            tokens = self.network.eval()(*(torch.zeros(1, 3, 64, 64).to(self.device),) * 2).tokens
        shape = (config.width, config.heads, config.hidden, config.layers)
        self.decoder = CaptionDecoder(
            tokens.shape[1], *shape, len(taught.vocabulary), config.dropout
        ).to(self.device)
        self.stage, self.step, self.seconds = 0, 0, 0.0
        self.begin()

    @property
    def device(self) -> torch.device:
        """Where the networks are."""
        return self.accelerator.device

    def begin(self) -> None:
        """Enter the current stage."""
        learning = enter(STAGES[self.stage], self.network, self.decoder)
        self.steering = torch.optim.Adam(learning, lr=self.config.guide.learning_rate)
        self.patience = Patience(self.config.patience)

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where a checkpoint was written.

        Raises
        ------
        ValueError
            It was made with other settings.
        """
        if state["settings"] != self.settings:
            raise ValueError(f"{self.out} holds a run with other settings; start a new folder")
        self.stage = int(state["stage"])
        self.begin()
        self.network.load_state_dict(state["network"])
        self.decoder.load_state_dict(state["decoder"])
        self.steering.load_state_dict(state["optimiser"])
        self.step, self.seconds = int(state["step"]), float(state["seconds"])
        self.patience = Patience(self.config.patience, state["best"], int(state["waited"]))

    def save(self) -> None:
        """Write everything that a killed run needs."""
        values = {"settings": self.settings, "stage": self.stage, "step": self.step}
        values |= {"best": self.patience.best, "waited": self.patience.waited}
        values |= {"seconds": self.seconds, "optimiser": self.steering.state_dict()}
        checkpoint.save(self.out / STAGED, values | self._weights())

    def _weights(self) -> dict[str, Any]:
        return {"network": self.network.state_dict(), "decoder": self.decoder.state_dict()}

    def advance(self) -> dict[str, float]:
        """One optimiser step of the current stage; its losses before they are balanced."""
        stage, config = STAGES[self.stage], self.config
        # Dropout draws by the step: a resumed run draws what an uninterrupted one does.
        torch.manual_seed(config.guide.seed * 1_000_003 + 100_003 * self.stage + self.step)
        enter(stage, self.network, self.decoder)
        self.steering.zero_grad(set_to_none=True)
        sums: dict[str, float] = {}
        for part in range(config.accumulate):
            rng = np.random.default_rng([config.guide.seed, self.stage, self.step, part])
            drawn = self.taught.drawn(rng, config.batch, config.views, config.swapped)
            losses = self._losses(stage, StageBatch(*(x.to(self.device) for x in drawn)))
            if losses:
                self.accelerator.backward(balanced(losses) / config.accumulate)
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + float(value.detach()) / config.accumulate
        self.steering.step()
        self.step += 1
        return sums

    def _losses(self, stage: Stage, batch: StageBatch) -> dict[str, Tensor]:
        reading = self.network(batch.before, batch.after)
        labels = (batch.allowed, batch.direction, batch.flag)
        detection, _ = guide_loss(reading, *labels, self.config.guide)
        return stage_losses(stage, reading, self.decoder, batch.tokens, detection)

    def judge(self) -> dict[str, float]:
        """Validate; keep the weights where they are the best of the stage so far."""
        stage = STAGES[self.stage]
        values = scores(self.network, self.decoder, self.held, self.config.batch)
        if self.patience.better(worth(stage, values)):
            checkpoint.save(self.out / f"{stage.name}.pt", self._weights())
        return values

    def finish_stage(self) -> None:
        """Take the stage's best weights and enter the next stage, if there is one."""
        best = checkpoint.read(self.out / f"{STAGES[self.stage].name}.pt")
        self.network.load_state_dict(best["network"])
        self.decoder.load_state_dict(best["decoder"])
        self.stage, self.step = self.stage + 1, 0
        if self.stage < len(STAGES):
            self.begin()


def fit_stages(config: StagesConfig, root: Path, out: Path, resume: bool = True) -> Path:
    """Train all stages; returns ``out`` with what ``guide export`` reads.

    ``last.pt`` is the guide, ``caption.pt`` with ``vocab.json`` the caption branch, ``log.jsonl``
    the validations.
    """
    torch.set_num_threads(config.guide.threads)
    out.mkdir(parents=True, exist_ok=True)
    taught = told(root, config.guide.train)
    taught.vocabulary.save(out / VOCABULARY)
    run = Run(config, taught, told(root, config.validate, taught.vocabulary), out)
    if resume and (out / STAGED).exists():
        run.restore(checkpoint.read(out / STAGED))
    started = saved = time.monotonic()
    while run.stage < len(STAGES):
        losses = run.advance()
        ends = run.step >= config.steps
        if ends or run.step % config.validate_every == 0:
            line: dict[str, Any] = {"stage": STAGES[run.stage].name, "step": run.step}
            line |= {key: round(value, 4) for key, value in (losses | run.judge()).items()}
            with open(out / "log.jsonl", "a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")
            if ends or run.patience.over:
                run.finish_stage()
        now = time.monotonic()
        if run.stage < len(STAGES) and now - saved > config.guide.checkpoint_seconds:
            run.seconds, started = run.seconds + now - started, now
            run.save()
            saved = now
    run.seconds += time.monotonic() - started
    return _write(run)


def _write(run: Run) -> Path:
    guide = json.loads(json.dumps(dataclasses.asdict(run.config.guide)))
    weights = {name: values.cpu() for name, values in run.network.state_dict().items()}
    values = {"step": run.config.steps, "seconds": run.seconds, "config": guide}
    checkpoint.save(run.out / checkpoint.LAST, values | {"network": weights, "average": weights})
    words = CaptionConfig(memory="maps", seed=run.config.guide.seed)
    write_decoder(run.decoder.cpu().eval(), words, run.out / DECODER)
    return run.out
