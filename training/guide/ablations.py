"""Runs that differ in one thing each: a base and what each run changes of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from training.guide.config import FitConfig, from_dict


def ablations(path: Path) -> dict[str, FitConfig]:
    """Config by name, from a TOML file with a table ``base`` and tables ``runs.NAME``.

    Raises
    ------
    ValueError
        A run changes a setting that does not exist.
    """
    with open(path, "rb") as stream:
        values = tomllib.load(stream)
    runs = values["runs"].items()
    return {name: from_dict({**values["base"], **change, "name": name}) for name, change in runs}


def run_ablations(path: Path, root: Path, out: Path, chosen: tuple[str, ...] = ()) -> list[Path]:
    """Train the chosen runs (all by default), each into ``out/NAME``, going on where one stopped.

    Raises
    ------
    ValueError
        A chosen name is no run of the file.
    """
    from training.guide.data import Crops
    from training.guide.fit import fit
    from training.guide.sources import draws
    from training.guide.twins import twin_draw

    configs = ablations(path)
    unknown = sorted(set(chosen) - set(configs))
    if unknown:
        raise ValueError(f"no run {', '.join(unknown)}: choose from {', '.join(configs)}")
    made = []
    for name in chosen or configs:
        config = configs[name]
        crops = Crops(draws(config, root), config, twin_draw(config, root))
        made.append(fit(config, crops, out / name, resume=True))
    return made
