"""A layer on its way to disk: Arrow batches in a temporary file, read back as one stream.

Formats differ in whether they can be appended to; a spool makes them all one write, in bounded
memory, with the spatial index built once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from .records import BoxRecord, TileRecord
from .schema import Layer
from .table import Transform, arrow_schema, to_batch

BATCH_ROWS = 10_000
"""Records are gathered until there are so many: small batches cost more than they save."""


class Spool:
    """Records of one layer, written to `path` as an Arrow stream.

    Parameters
    ----------
    layer : Layer
        Fields and geometry type.
    path : Path
        Temporary file.
    transform : callable, optional
        Moves geometries to the CRS of the output.

    Attributes
    ----------
    fill : callable, optional
        Completes each batch when it is read back, by what was not known when it was written.
    """

    def __init__(self, layer: Layer, path: Path, transform: Transform | None) -> None:
        self.layer = layer
        self.path = path
        self.rows = 0
        self.fill: Callable[[pa.RecordBatch], pa.RecordBatch] | None = None
        self._transform = transform
        self._waiting: list[TileRecord] | list[BoxRecord] = []
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_stream(self._sink, arrow_schema(layer))

    def add(self, records: Sequence[TileRecord] | Sequence[BoxRecord]) -> None:
        """Take records; they reach the disk in batches."""
        self._waiting.extend(records)  # type: ignore[arg-type]
        self.rows += len(records)
        if len(self._waiting) >= BATCH_ROWS:
            self._flush()

    def finish(self) -> None:
        """Write what is waiting and close the file for writing."""
        self._flush()
        self.close()

    def close(self) -> None:
        """Close the file; nothing more is written."""
        if not self._sink.closed:
            self._writer.close()
            self._sink.close()

    @contextmanager
    def stream(self) -> Iterator[pa.RecordBatchReader]:
        """Read the finished spool back, batch by batch."""
        with pa.OSFile(str(self.path), "rb") as source:
            reader = pa.ipc.open_stream(source)
            if self.fill is not None:
                filled = map(self.fill, reader)
                reader = pa.RecordBatchReader.from_batches(reader.schema, filled)
            yield reader

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_batch(to_batch(self.layer, self._waiting, self._transform))
            self._waiting = []
