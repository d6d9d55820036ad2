"""The engine's service: HTTP on this machine only (design 4.5).

:mod:`engine.service.server` runs it, :mod:`engine.service.app` puts it together, ``routes/`` holds
one router a resource. Everything but the port and the token comes from the request; a run is a
process of its own.
"""

API_VERSION = 1
"""Raised when a client of the version before could no longer work."""
