"""Ray for the time of a run: an existing cluster (``RAY_ADDRESS``), or one of this machine."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError, OutputExistsError, UsageError
from engine.folder_lock import FolderLock
from engine.guide.runtime import usable_cores

ADDRESS = "RAY_ADDRESS"
THREADS_A_WORKER = 4
"""Without ``--workers``: cores for each worker."""
_LEAST_STORE = 128 * 2**20
_PREFIX = "cvg-ray-"
_SOCKET_ROOM = 40
"""Ray puts sockets of up to 65 characters below its folder; the system allows 107 in all."""
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS": "0",
}


@dataclass(frozen=True)
class Shape:
    """How many workers, and what each may take.

    Attributes
    ----------
    cpus : int
        Cores of a worker, which are the threads of one inference.
    gpus : int
        1 or 0, for each.
    """

    workers: int
    cpus: int
    gpus: int


def require_ray() -> Any:
    """The module ``ray``.

    Raises
    ------
    UsageError
        It is not installed.
    """
    # Before the import, which reads them: nothing is sent anywhere, and nobody else may use the Ray
    # of this process, which listens on every interface. Ray's own secret would stay on the disk.
    known = dict(_QUIET)
    if ADDRESS not in os.environ and "RAY_AUTH_MODE" not in os.environ:
        known |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    for name, value in known.items():
        os.environ.setdefault(name, value)
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            "--executor ray: Ray is not installed.",
            hint='Install the extra: pip install "changevg[ray]"; or use --executor threads.',
        ) from error
    return ray


@contextmanager
def ray_session(workers: int | None, store_bytes: int) -> Iterator[Any]:
    """Connect to ``RAY_ADDRESS``, or start Ray here and stop it at the end; gives the module.

    Parameters
    ----------
    workers : int, optional
        Workers that a local Ray must have room for.
    store_bytes : int
        What results that nobody has taken may need; a local Ray's shared memory.

    Raises
    ------
    EngineError
        It cannot be started or reached.
    """
    ray = require_ray()
    address = os.environ.get(ADDRESS)
    quiet: dict[str, Any] = {
        "log_to_driver": False,
        "logging_level": logging.ERROR,
        "configure_logging": False,
    }
    lock: FolderLock | None = None
    logging.getLogger("ray").setLevel(logging.ERROR)
    if address is None:
        folder, lock = _own_folder()
        quiet |= {
            "address": "local", "num_cpus": max(usable_cores(), workers or 1),
            "include_dashboard": False, "object_store_memory": max(_LEAST_STORE, store_bytes),
            "_temp_dir": str(folder), "_node_ip_address": "127.0.0.1",
        }  # fmt: skip
    else:
        quiet["address"] = address
    try:
        with _own_signals():
            try:
                ray.init(**quiet)
            except Exception as error:
                where = address or "on this machine"
                raise EngineError(
                    f"Ray could not be started ({where}): {str(error).splitlines()[0]}.",
                    hint=f"Check the cluster ({ADDRESS}), or use --executor threads.",
                ) from error
        yield ray
    finally:
        ray.shutdown()
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            lock.release()


def shape_of(ray: Any, workers: int | None, cuda: bool) -> Shape:
    """Divide the cluster: one worker for each GPU, else ``workers`` on its cores.

    Parameters
    ----------
    cuda : bool
        Whether GPUs are to be used, where the cluster has some.
    """
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    cores = [int(node.get("CPU", 0)) for node in nodes]
    gpus = sum(int(node.get("GPU", 0)) for node in nodes) if cuda else 0
    if gpus:
        return Shape(min(workers or gpus, gpus), 1, 1)
    # A local Ray is told of more cores than there are where more workers are wanted.
    real = usable_cores() if len(nodes) == 1 and os.environ.get(ADDRESS) is None else sum(cores)
    count = workers or max(1, real // THREADS_A_WORKER)
    smallest = min((number for number in cores if number), default=1)
    return Shape(count, max(1, min(real // count, smallest)), 0)


def _own_folder() -> tuple[Path, FolderLock]:
    """A folder for Ray's sockets and logs; those of runs that were killed are cleared away."""
    place = Path(tempfile.gettempdir())
    if len(str(place)) > _SOCKET_ROOM and os.path.isdir("/tmp"):  # nosec B108
        place = Path("/tmp")  # nosec B108
    for old in place.glob(f"{_PREFIX}*"):
        if not _is_ours(old):
            continue
        try:
            lock = FolderLock(old)
        except (OSError, OutputExistsError):
            continue  # at work
        shutil.rmtree(old, ignore_errors=True)
        lock.release()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    return folder, FolderLock(folder)


def _is_ours(folder: Path) -> bool:
    """Whether this user made a folder: the place is shared."""
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == getattr(os, "getuid", lambda: 0)()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the handlers of Ctrl-C and SIGTERM, which Ray replaces when it starts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGINT, signal.SIGTERM)
    kept = {kind: signal.getsignal(kind) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in kept.items():
            signal.signal(kind, handler)
