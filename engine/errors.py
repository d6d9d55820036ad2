"""Everything the engine can say no with.

One root, :class:`EngineError`; the leaves say *what* is wrong and *where* (the message) and *what
to do* (the hint). Exit codes of the command line and HTTP statuses of the service stand in one
table, :data:`CODES`, by class; a leaf without a row inherits its parent's.
"""

from __future__ import annotations


class EngineError(Exception):
    """Root of all errors the engine raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong and where (file, layer, window).
    hint : str, optional
        What the user can do about it.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message

    @property
    def exit_code(self) -> int:
        """Exit code of the command line (design 4.1)."""
        return _code(type(self))[0]

    @property
    def http_status(self) -> int:
        """Status of the service's answer."""
        return _code(type(self))[1]


class UsageError(EngineError):
    """An option or argument has a value that makes no sense."""


class QuestionError(UsageError):
    """A question is empty or far too long."""


class PairError(EngineError):
    """The two rasters do not fit each other or the model."""


class RasterOpenError(PairError):
    """A raster is missing, is a directory, or GDAL cannot read it."""


class NoCrsError(PairError):
    """A raster has no coordinate reference system or no transform."""


class RotatedError(PairError):
    """A raster's rows do not run from west to east, north to south."""


class GcpOnlyError(PairError):
    """A raster is georeferenced by ground control points or RPCs only."""


class NoOverlapError(PairError):
    """The two rasters share no ground, or too little of it."""


class BandError(PairError):
    """Red, green and blue cannot be found in a raster."""


class DataTypeError(PairError):
    """A raster's data type cannot be mapped onto the model's range."""


class EmptyPairError(PairError):
    """No common valid pixels, or one date is one constant value."""


class GsdError(PairError):
    """The ground sample distance is far outside the model's range."""


class AoiError(PairError):
    """The area of interest cannot be read or lies outside the pair."""


class ModelError(EngineError):
    """A model cannot be used."""


class ModelMissingError(ModelError):
    """There is no such model folder, or a file of it is missing."""


class ModelDamagedError(ModelError):
    """A model file does not have the checksum its folder promises, or cannot be loaded."""


class LanguageServerError(EngineError):
    """A language server cannot be reached, refuses, or answers with something else."""


class OutOfMemoryError(EngineError):
    """Memory of the machine or the device ran out."""


class PartialResultError(EngineError):
    """Layers were written, but some tiles failed (with ``--allow-partial``)."""


class TilesFailedError(EngineError):
    """Some tiles failed and no partial result was asked for."""


class OutputError(EngineError):
    """The result cannot be written."""


class OutputExistsError(OutputError):
    """The output, or an unfinished run of it, is already there."""


class OutputFolderError(OutputError):
    """The output's folder is missing or cannot be written."""


class DiskFullError(OutputError):
    """There is not enough room on the disk."""


class ReadError(EngineError):
    """A window of a raster could not be read."""


class LedgerError(EngineError):
    """The ledger of an unfinished run does not belong to this run or cannot be read."""


class Cancelled(EngineError):
    """The user stopped the run; what was done is kept."""


CODES: dict[type[EngineError], tuple[int, int]] = {
    EngineError: (1, 500),
    UsageError: (2, 422),
    PairError: (3, 422),
    ModelError: (4, 503),
    LanguageServerError: (1, 502),
    OutOfMemoryError: (5, 507),
    PartialResultError: (6, 206),
    OutputExistsError: (1, 409),
    DiskFullError: (1, 507),
    Cancelled: (130, 499),
}
"""Exit code and HTTP status by error class."""


def _code(kind: type[EngineError]) -> tuple[int, int]:
    for base in kind.__mro__:
        if base in CODES:
            return CODES[base]
    return CODES[EngineError]
