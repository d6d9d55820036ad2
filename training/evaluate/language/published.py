"""Published numbers of other systems, to stand beside ours; science.md 1.7 and 2.1."""

from __future__ import annotations

from training.evaluate.tables import table

WARNING = (
    "**Not comparable line by line.** The published rows are on LEVIR-CC's 1,929 test pairs (half "
    "of them unchanged) and, for tasks, on ChangeIMTI's labels; ours are on crops of tiles 35–47, "
    "a part of that split grouped by place, with counts and cells by this project's own counter. "
    "The two right published columns of the tasks' table derive labels by yet another rule. A "
    "dash is a number that was not published, not verified or cannot be measured here."
)
CAPTIONS: tuple[tuple[str, ...], ...] = (
    ("DUDA", "81.44", "72.22", "64.24", "57.79", "37.15", "71.04", "124.32", "72.58"),
    ("MCCFormer-D", "80.42", "70.87", "62.86", "56.38", "37.29", "70.32", "124.44", "72.11"),
    ("RSICCformer (2022)", "84.72", "76.27", "68.87", "62.77", "39.61", "74.12", "134.12", "77.65"),
    ("PSNet (2023)", "83.86", "75.13", "67.89", "62.11", "38.80", "73.60", "132.62", "76.78"),
    ("PromptCC (2023)", "83.66", "75.73", "69.10", "63.54", "38.82", "73.72", "136.44", "78.13"),
    ("Chg2Cap (2023)", "86.14", "78.08", "70.66", "64.39", "40.03", "75.12", "136.61", "79.04"),
    ("SFT / SparseFocus (2024)", "84.56", "75.87", "68.64", "62.87", "39.93", "74.69", "137.05",
     "78.64"),
    ("SEN (2024)", "85.10", "77.05", "70.01", "64.09", "39.59", "74.57", "136.02", "78.57"),
    ("RSCaMa (2024)", "85.79", "77.99", "71.04", "65.24", "39.91", "75.24", "136.56", "79.24"),
    ("MCI / Change-Agent (2024)", "–", "–", "–", "65.95", "40.80", "75.96", "140.29", "≈ 80.75"),
    ("Semantic-CC (2024), inferred", "–", "–", "–", "–", "–", "–", "–", "80.34"),
    ("KCFI (2025)", "86.34", "77.31", "70.89", "65.30", "39.42", "75.47", "138.25", "79.61"),
    ("Change3D (2025)", "85.81", "77.81", "70.57", "64.38", "40.03", "75.12", "138.29", "79.45"),
    ("SAT-Cap (2025)", "–", "–", "–", "–", "–", "–", "140.23", "–"),
    ("CCExpert-0.5B", "–", "–", "–", "65.42", "41.33", "75.93", "141.19", "80.99"),
    ("CCExpert-7B (2024)", "–", "–", "–", "65.49", "41.82", "76.55", "143.32", "81.80"),
    ("ChangeVG (2025)", "–", "–", "–", "65.08", "42.06", "76.95", "142.83", "81.73"),
    ("HiSem (2026)", "–", "–", "–", "65.82", "–", "–", "138.86", "–"),
    ("DFM (2026)", "–", "–", "–", "66.26", "–", "–", "142.51", "–"),
)  # fmt: skip
"""BLEU-1…4, METEOR, ROUGE-L, CIDEr-D, S*m; × 100."""
CAPTION_COLUMNS = (
    "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR", "ROUGE-L", "CIDEr-D", "S*m",
)  # fmt: skip
CAPTION_KEYS = ("bleu1", "bleu2", "bleu3", "bleu4", "meteor", "rouge_l", "cider_d", "s_m")
PUBLISHED_TASKS = (
    "ChangeVG (paper)",
    "its guide alone (RSCD's retraining)",
    "guide and image branch (RSCD)",
)
TASKS: tuple[tuple[str, str, tuple[str, str, str]], ...] = (
    ("binary: accuracy", "flag.accuracy", ("94.60", "85.80", "93.31")),
    ("binary: precision", "flag.precision", ("95.49", "80.24", "90.67")),
    ("binary: recall", "flag.recall", ("94.01", "95.38", "96.72")),
    ("binary: F1", "flag.f1", ("94.74", "87.16", "93.60")),
    ("count: road MAE", "road.count_mae", ("0.156", "1.434", "0.385")),
    ("count: building MAE", "building.count_mae", ("0.802", "1.550", "0.696")),
    ("road cells: example accuracy", "road.cells_example_accuracy", ("78.65", "80.82", "92.68")),
    ("road cells: precision", "road.cells_precision", ("78.50", "71.66", "89.09")),
    ("road cells: recall", "road.cells_recall", ("75.95", "95.02", "96.75")),
    ("road cells: F1", "road.cells_f1", ("77.20", "81.70", "92.76")),
    ("road cells: subset", "road.cells_subset", ("73.30", "73.15", "88.49")),
    ("building cells: example accuracy", "building.cells_example_accuracy",
     ("88.13", "82.38", "90.52")),
    ("building cells: precision", "building.cells_precision", ("90.68", "83.13", "92.44")),
    ("building cells: recall", "building.cells_recall", ("92.08", "93.94", "95.46")),
    ("building cells: F1", "building.cells_f1", ("91.37", "88.20", "93.93")),
    ("building cells: subset", "building.cells_subset", ("72.20", "73.61", "85.74")),
)  # fmt: skip
"""Label, name of our measure behind ``stated.`` or ``final.``, published values (shares × 100)."""


def captions_table(ours: list[tuple[str, dict[str, float]]]) -> str:
    """Published captions with ours below them."""
    rows: list[tuple[str, ...]] = list(CAPTIONS)
    for name, scores in ours:
        rows.append((f"**{name}**", *(f"{scores[key]:.2f}" for key in CAPTION_KEYS)))
    return table(["system", *CAPTION_COLUMNS], rows)


def tasks_table(values: dict[str, float | None]) -> str:
    """Published answers beside ours; ``values`` by the names of our measures."""
    rows = []
    for label, name, told in TASKS:
        scale, places = (1, 3) if name.endswith("mae") else (100, 2)
        ours = [values.get(f"{side}.{name}") for side in ("stated", "final")]
        shown = ["–" if v is None else f"{scale * v:.{places}f}" for v in ours]
        rows.append([label, *told, *shown])
    return table(["measure", *PUBLISHED_TASKS, "**ours, stated**", "**ours, final**"], rows)
