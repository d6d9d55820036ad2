"""A Qwen2.5-VL model in torch: the nano model's own folder, or the 7B one with its adapter.

The only module of the engine that needs torch. transformers' processor is not used: it wants
torchvision, and a prompt is the same text for every backend (:mod:`engine.language.chat_format`).
Positions are given with every call, so nothing of one call is left in the model for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelDamagedError, ModelError, ModelMissingError, OutOfMemoryError
from engine.language.backend import Inquiry, Reply
from engine.language.chat_format import IMAGE, TURN_END
from engine.language.decoding import Reading, TokenModel, square
from engine.language.token_rows import TokenRow

ARCHITECTURE = "qwen2_5_vl"
SIDE_PX = 256
"""An image's side before it is rounded to whole tokens; twice as much gives four times as many."""
LONGEST = 256
ADAPTER_FILE = "adapter_model.safetensors"
"""Without it peft looks for a pickle, here and on the hub."""


@dataclass(frozen=True)
class _Past:
    """transformers' cache; taking rows changes it in place."""

    cache: Any

    def of(self, rows: NDArray[np.intp]) -> _Past:
        import torch

        device = self.cache.layers[0].keys.device
        self.cache.batch_select_indices(torch.as_tensor(rows, dtype=torch.long, device=device))
        return self


class QwenModel(TokenModel):
    """A Qwen2.5-VL model of any size.

    Parameters
    ----------
    source : str
        A folder as ``save_pretrained`` writes it, or a name on the hub (offline mode is respected).
    device : {"cpu", "cuda"}
        bf16 on cuda, float32 on the cpu.
    adapter : Path, optional
        LoRA adapter (peft); merged when it is loaded.
    revision : str, optional
        Of the hub's model.
    side : int
        Pixels of an image's side, rounded to whole tokens.
    batch : int
        Pairs at a time.

    Raises
    ------
    ModelMissingError
        torch, transformers or the model are not there.
    ModelDamagedError
        Another architecture, weights that are no safetensors, an adapter for another model.
    """

    _tokens: Any
    _pictures: Any
    _network: Any

    def __init__(
        self,
        source: str,
        device: str = "cpu",
        adapter: Path | None = None,
        *,
        revision: str | None = None,
        side: int = SIDE_PX,
        batch: int = 8,
    ) -> None:
        self.source, self.device, self.batch, self.longest = source, device, batch, LONGEST
        self._adapter = adapter
        self._load(adapter, revision)
        vision = self._network.config.vision_config
        self._token_px = int(vision.patch_size) * int(vision.spatial_merge_size)
        self.grid = max(1, side // self._token_px)
        self.image = self._id(IMAGE)
        self.end = self._id(TURN_END)

    @property
    def name(self) -> str:
        """Model and place, for the layers' history."""
        adapter = f" with {self._adapter.name}" if self._adapter else ""
        return f"{Path(self.source).name}{adapter} (torch, {self.device})"

    def close(self) -> None:
        """Give back memory."""
        self._network = None

    def encode(self, text: str) -> list[int]:
        """A prompt's tokens."""
        ids: list[int] = self._tokens(text, add_special_tokens=False)["input_ids"]
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """An answer's text."""
        text: str = self._tokens.decode(list(ids), skip_special_tokens=True)
        return text

    def look(self, inquiries: Sequence[Inquiry]) -> Any:
        """Vectors (pairs · 2 · grid², width), on the device."""
        side = self.grid * self._token_px
        images = [
            square(inquiry.images[date], side)
            for inquiry in inquiries
            for date in ("before", "after")
        ]
        made = self._pictures(images, return_tensors="pt")

        def features() -> Any:
            import torch

            network = self._network
            pixels = made["pixel_values"].to(self.device, network.dtype)
            grid = made["image_grid_thw"].to(self.device)
            seen = network.model.get_image_features(pixels, grid, return_dict=True)
            return torch.cat(list(seen.pooler_output))

        vectors = self._run(features, f"{len(images)} images")
        if len(vectors) != (wanted := len(images) * self.grid**2):
            # The processor made them another size: rows would see parts of other pairs.
            raise self._broken(
                f"preprocessor_config.json leads to {len(vectors)} vectors of {len(images)} images "
                f"of {side} px, not {wanted}"
            )
        return vectors

    def read(self, rows: Reading, vectors: Any, cache: _Past | None) -> tuple[Any, _Past]:
        """Logits of each row's next token, on the device, and the longer cache."""

        def step() -> tuple[Any, _Past]:
            import torch
            from transformers import DynamicCache

            network = self._network
            text = network.model.language_model
            tokens, slots, places, last = (
                torch.from_numpy(values).to(self.device)
                for values in (rows.tokens, rows.slots, rows.places, rows.last)
            )
            seen = np.concatenate([rows.known, rows.fresh], axis=1)
            embeds = text.embed_tokens(tokens)
            if vectors is not None:
                pictures = vectors[slots.clamp_min(0)].to(embeds.dtype)
                embeds = torch.where((slots >= 0)[..., None], pictures, embeds)
            past = DynamicCache(config=text.config) if cache is None else cache.cache
            hidden = text(
                inputs_embeds=embeds,
                position_ids=places,
                attention_mask=torch.from_numpy(seen).to(self.device),
                past_key_values=past,
                use_cache=True,
            ).last_hidden_state
            chosen = hidden[torch.arange(len(last), device=self.device), last]
            return network.lm_head(chosen), _Past(past)

        return self._run(step, f"{rows.tokens.shape[0]} rows of {rows.tokens.shape[1]} tokens")

    def likeliest(self, logits: Any) -> NDArray[np.int64]:
        """The likeliest token of each row."""
        words: NDArray[np.int64] = logits.argmax(-1).cpu().numpy()
        return words

    def numbers(self, logits: Any, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """The logits of some rows."""
        values: NDArray[np.float32] = logits[rows].float().cpu().numpy()
        return values

    def _replies(
        self, inquiries: Sequence[Inquiry], rows: Sequence[Sequence[TokenRow]]
    ) -> list[Reply]:
        # Rows of the cache and of the logits are taken between two calls: that needs memory too.
        replies = super()._replies
        found: list[Reply] = self._run(lambda: replies(inquiries, rows), f"{len(inquiries)} pairs")
        return found

    def _load(self, adapter: Path | None, revision: str | None) -> None:
        try:
            torch, library = map(import_module, ("torch", "transformers"))
        except ImportError as error:
            raise ModelMissingError(
                f"{self.source} needs torch and transformers ({error}).",
                hint='pip install "changevg[language]" brings them; or use a language server.',
            ) from error
        kind: dict[str, Any] = {"revision": revision} if revision else {}
        try:
            config = library.AutoConfig.from_pretrained(self.source, **kind)
            if config.model_type != ARCHITECTURE:
                raise self._broken(f"it is a {config.model_type} model, not {ARCHITECTURE}")
            self._tokens = library.AutoTokenizer.from_pretrained(self.source, **kind)
            self._pictures = library.AutoImageProcessor.from_pretrained(self.source, **kind)
            self._network = library.Qwen2_5_VLForConditionalGeneration.from_pretrained(
                self.source,
                dtype=torch.bfloat16 if self.device == "cuda" else torch.float32,
                attn_implementation="sdpa",
                use_safetensors=True,
                **kind,
            )
        except ModelDamagedError:
            raise
        except Exception as error:  # transformers raises whatever its parts raise
            raise ModelMissingError(
                f"{self.source} cannot be loaded: {_first_line(error)}",
                hint="It takes a folder with config.json, tokenizer.json, preprocessor_config.json "
                "and safetensors weights.",
            ) from error
        if adapter is not None:
            self._merge(adapter)
        self._network = self._network.to(self.device).eval()

    def _merge(self, adapter: Path) -> None:
        if not (adapter / ADAPTER_FILE).is_file():
            raise ModelMissingError(
                f"{adapter} has no {ADAPTER_FILE}.",
                hint="Save the adapter as safetensors; no pickle is loaded.",
            )
        try:
            library = import_module("peft")
            with_adapter = library.PeftModel.from_pretrained(self._network, str(adapter))
            self._network = with_adapter.merge_and_unload(safe_merge=True)
        except ImportError as error:
            raise ModelMissingError(
                f"The adapter {adapter} needs peft.",
                hint='pip install "changevg[language]" brings it.',
            ) from error
        except Exception as error:  # peft raises whatever its parts raise
            raise self._broken(
                f"the adapter {adapter} does not fit: {_first_line(error)}"
            ) from error

    def _id(self, name: str) -> int:
        found = self._tokens.convert_tokens_to_ids(name)
        if found is None or found == self._tokens.unk_token_id:
            raise self._broken(f"its tokens lack {name}")
        return int(found)

    def _run(self, work: Any, what: str) -> Any:
        """Without gradients; the errors of torch as the engine's."""
        import torch

        try:
            with torch.inference_mode():
                return work()
        except torch.cuda.OutOfMemoryError as error:
            torch.cuda.empty_cache()
            raise self._full(what) from error
        except RuntimeError as error:
            if "allocate memory" in str(error):
                raise self._full(what) from error
            raise ModelError(f"{self.name} failed on {what}: {_first_line(error)}") from error

    def _full(self, what: str) -> OutOfMemoryError:
        return OutOfMemoryError(
            f"No memory for {what} ({self.name}).",
            hint="Use a language server, or a smaller model.",
        )

    def _broken(self, why: str) -> ModelDamagedError:
        return ModelDamagedError(
            f"{self.source} cannot be used: {why}.",
            hint="Get a model folder made for this version of the engine.",
        )


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
