"""The one tool that writes: a file of the objects, where the caller's code says."""

from __future__ import annotations

from pathlib import Path

import pyogrio

from engine.agent.arguments import WhereArguments
from engine.agent.calls import ToolCall
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Scene
from engine.agent.wording import objects
from engine.errors import OutputExistsError, UsageError
from engine.layers.atomic import new_file
from engine.layers.reading import layer_file, read_layer

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}


def propose(scene: Scene, call: ToolCall, args: WhereArguments) -> Result:
    """What would be written; nothing is."""
    found = ids(scene.objects.box_id[scene.pick(args.where)])
    words = f"Ready to be saved: {objects(args.where, len(found))}. Choose a file."
    return Result(call, (Sentence(words, found),), found, float(len(found)), "count")


def export(
    scene: Scene,
    call: ToolCall,
    args: WhereArguments,
    layers: Path,
    path: Path,
    overwrite: bool = False,
) -> Result:
    """Write the objects' boxes with all their fields, atomically.

    Parameters
    ----------
    layers : Path
        The run's layers, from which the features are copied.
    path : Path
        ``.gpkg``, ``.geojson`` or ``.fgb``; from the caller's code or a file dialog, never from a
        question or a model.

    Raises
    ------
    UsageError
        The ending names no format.
    OutputExistsError
        The file is there, or is the run's own.
    OutputError
    """
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise UsageError(
            f"'{path.name}' names no format that can be exported.",
            hint=f"End it with one of {', '.join(_DRIVERS)}.",
        )
    if path.resolve() == layers.resolve():
        raise OutputExistsError("The selection cannot replace the layers it comes from.")
    if path.exists() and not overwrite:
        raise OutputExistsError(f"'{path}' is there already.", hint="Choose another name.")
    at = scene.pick(args.where)
    file, name = layer_file(layers, "boxes")
    # Positions in the file: objects keep its order.
    frame = read_layer(file, name).iloc[at]
    if driver == "GeoJSON":
        frame = frame.to_crs("EPSG:4326")
    with new_file(path) as made:
        pyogrio.write_dataframe(frame, made, layer="selection", driver=driver)
    found = ids(scene.objects.box_id[at])
    words = f"Saved {objects(args.where, len(found))} to {path.name}."
    return Result(call, (Sentence(words, found),), found, float(len(found)), "count")
