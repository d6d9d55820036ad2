"""GDAL kept off the network, in this process and in the runs it starts."""

from __future__ import annotations

import os

OFFLINE = {
    # GDAL's network file systems open these names only, so none.
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/vsicurl/none",
    # Its other requests (tile services) go to a proxy that does not exist.
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",
    "GML_DOWNLOAD_SCHEMA": "NO",
}


def go_offline() -> None:
    """Set GDAL's variables; to be called before its first use.

    What a request may name is checked before (:mod:`engine.service.references`); this is for what
    slips through, such as a file that is exchanged after the check.
    """
    os.environ.update(OFFLINE)
