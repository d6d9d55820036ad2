"""How much memory this process takes."""

from __future__ import annotations

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mb() -> float | None:
    """Highest resident memory so far, MB; None where the system does not say."""
    if _STATUS.exists():
        return _line("VmHWM")
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / 2**20 if sys.platform == "darwin" else most / 2**10, 1)


def resident_mb() -> float | None:
    """Resident memory now, MB; None where the system does not say."""
    return _line("VmRSS") if _STATUS.exists() else None


def _line(name: str) -> float | None:
    for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(name):
            return round(int(line.split()[1]) / 1024, 1)
    return None
