"""``--executor ray``: tiles read by processes of a Ray cluster, stitched here."""

from engine.run.cluster.pool import RaySource, WorkerLostError
from engine.run.cluster.session import require_ray

__all__ = ["RaySource", "WorkerLostError", "require_ray"]
