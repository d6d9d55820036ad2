"""What may not be written is refused before anything is computed."""

from __future__ import annotations

from pathlib import Path

from engine.errors import OutputExistsError, OutputFolderError, UsageError
from engine.layers.atomic import restore_folder
from engine.layers.flat import is_ours
from engine.run.ledger import Ledger
from engine.run.settings import RunSettings


def check_outputs(settings: RunSettings) -> None:
    """Look at every output path of a run.

    Raises
    ------
    OutputExistsError
        Something is there and may not be replaced.
    OutputFolderError
        A folder is missing, or stands where a file should be.
    UsageError
        Two outputs, or an output and an input, have one name.
    """
    output = settings.output
    if settings.format != "gpkg":
        restore_folder(output)
    if settings.format == "gpkg" and output.is_dir():
        raise OutputFolderError(f"{output} is a folder.", hint="Name a file, as in changes.gpkg.")
    if settings.format != "gpkg" and output.exists() and not is_ours(output):
        raise OutputExistsError(
            f"{output} is there and is not a result of ChangeVG.",
            hint="Choose another output name.",
        )
    # A run that was killed between its last renames has some of its outputs already.
    replace = settings.overwrite or (settings.resume and Ledger.is_in(settings.work_dir))
    if output.exists() and not replace:
        raise OutputExistsError(
            f"{output} exists.", hint="Replace it with --overwrite (reviews are kept)."
        )
    beside = [settings.mask_out, settings.report, settings.picture]
    if settings.stac:
        from engine.layers.stac import item_path  # late, as the engine's other companions

        beside.append(item_path(output))
    wanted = [output, *(path for path in beside if path is not None)]
    replaceable = {output}
    if settings.profile is not None:
        # Also a run that failed leaves one; the next must not stumble over it.
        if settings.profile.suffix.lower() != ".json":
            raise UsageError(f"--profile {settings.profile}: not JSON.", hint="End it with .json.")
        wanted.append(settings.profile)
        replaceable.add(settings.profile)
    for path in wanted:
        if not path.resolve().parent.is_dir():
            raise OutputFolderError(
                f"The folder {path.resolve().parent} does not exist.", hint="Make it first."
            )
        if path not in replaceable and path.exists() and not replace:
            raise OutputExistsError(f"{path} exists.", hint="Replace it with --overwrite.")
    inputs = [settings.before, settings.after, settings.pair.aoi]
    taken = {Path(name).resolve() for name in inputs if name}
    for path in wanted:
        if path.resolve() in taken:
            raise UsageError(f"{path} is an input or another output.", hint="Write somewhere else.")
        taken.add(path.resolve())
