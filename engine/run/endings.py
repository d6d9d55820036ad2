"""What a run that ends without a result says."""

from __future__ import annotations

from engine.errors import Cancelled, EngineError, TilesFailedError
from engine.run.ledger import TileState
from engine.run.settings import RunSettings


def tiles_failed(failed: list[TileState], total: int, settings: RunSettings) -> EngineError:
    """Some tiles could not be read."""
    first = failed[0]
    return TilesFailedError(
        f"{len(failed)} of {total} tiles could not be read; the first is {first.tile_id}: "
        f"{first.reason}",
        hint=f"What was done is kept in {settings.work_dir}: add --resume when they can be read "
        "again, or take what there is with --resume --allow-partial. A mended file is another "
        "input and needs a new run with --overwrite.",
    )


def stopped(settings: RunSettings) -> Cancelled:
    """The user stopped the run."""
    kept = settings.work_dir.exists()
    return Cancelled(
        "Stopped by the user.",
        hint=f"What was done is kept in {settings.work_dir}: repeat the command with --resume."
        if kept
        else "Nothing was done yet.",
    )
