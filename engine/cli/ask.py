"""``engine ask``: one question about a pair, or a part of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import options as o
from engine.cli.stop import stop_on_signals
from engine.errors import EngineError
from engine.models import DEFAULT_MODEL
from engine.run.events import Events, choose_sink
from engine.run.settings import RunSettings


def ask(
    before: o.Before,
    after: o.After,
    question: Annotated[str, typer.Argument(help="What you want to know, in a sentence.")],
    aoi: o.Aoi = None,
    bbox: o.Bbox = None,
    bidx: o.Bidx = None,
    after_bidx: o.AfterBidx = None,
    nodata: o.Nodata = None,
    stretch: o.Stretch = "auto",
    coregister: o.Coregister = False,
    model: o.Model = DEFAULT_MODEL,
    device: o.Device = "auto",
    language_url: o.LanguageUrl = None,
    language_model: o.LanguageModel = None,
    card: o.Card = "full",
    layers: Annotated[
        Path | None, typer.Option("--layers", help="Keep the layers: a new GeoPackage.")
    ] = None,
    progress: o.Progress = "auto",
    quiet: o.Quiet = False,
    as_json: o.AsJson = False,
) -> None:
    """Answer one question, and name the objects that the answer rests on.

    What the map knows (what changed, how many buildings or roads, where) is measured; anything else
    is put to the language model, tile by tile.

    $ engine ask before.tif after.tif "How many new buildings?" --bbox 300,200,900,700
    """
    from engine.guide.card_fields import preset
    from engine.language.quoting import checked_question
    from engine.run.ask import ask as answer_of

    preset(card)
    settings = RunSettings(
        before=before,
        after=after,
        output=layers or Path(),
        pair=o.pair_options(
            aoi=aoi, bbox=bbox, bidx=bidx, after_bidx=after_bidx, before_date=None,
            after_date=None, nodata=nodata, stretch=stretch, res=None, resampling="bilinear",
            coregister=coregister, force=False,
        ),
        model=model,
        device=device,
        language_url=language_url,
        language_model=language_model,
        card=card,
    )  # fmt: skip
    asked = checked_question(question)
    events = Events(choose_sink(progress, -1 if quiet or progress == "none" else 0))
    try:
        with stop_on_signals() as cancelled:
            answer = answer_of(settings, asked, events, cancelled)
    except EngineError as error:
        events.error(error)
        raise typer.Exit(error.exit_code) from error
    finally:
        events.close()
    if as_json:
        print(json.dumps(answer.as_dict(), indent=2, ensure_ascii=False))
        return
    print(answer.text)
    if len(answer.tiles) > 1:
        for tile, text in answer.tiles:
            print(f"  {tile}: {text}")
    source = {"map": "measured on the map", "model": "said by the language model"}
    if answer.source in source:
        print(f"({source[answer.source]}; {_features(answer.features)})")


def _features(ids: tuple[str, ...]) -> str:
    if not ids:
        return "no object there"
    shown = ", ".join(ids[:10])
    more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
    return f"{len(ids)} object{'' if len(ids) == 1 else 's'}: {shown}{more}"
