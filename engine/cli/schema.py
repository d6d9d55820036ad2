"""``engine schema``: the fields of the layers, as JSON."""

from __future__ import annotations

import json


def schema() -> None:
    """Print the layers' fields: names, types, units, meanings, and the schema's version."""
    from engine.layers import schema as layers  # late: keeps the other commands quick to start

    print(json.dumps(layers.as_dict(), indent=2, ensure_ascii=False))
