"""Many pairs, one after the other or side by side: ``engine batch``."""

from engine.run.batch.batch import Batch, BatchResult
from engine.run.batch.jobs import Job, read_jobs
from engine.run.batch.key import job_key

__all__ = ["Batch", "BatchResult", "Job", "job_key", "read_jobs"]
