"""A language model's answers as typed values: yes or no, a number, cells, a sentence.

An answer is data: any text is read without an error, the text itself is kept, and a value is taken
only where there is no doubt. What is doubtful has a fault instead and becomes NULL, never 0.
:func:`written` is the other direction: a typed value in the words of ChangeIMTI's answers
(science.md 1.2), for labels and for what was measured.
"""

from __future__ import annotations

from engine.language.captions import parse_caption
from engine.language.counts import parse_count
from engine.language.fault import Answer
from engine.language.places import parse_cells
from engine.language.prompts import NO_CHANGE, request
from engine.language.tasks import Task
from engine.language.yes_no import parse_yes_no
from engine.objects.cells import CELL_ORDER

Value = bool | int | str | tuple[str, ...]


def parse(
    task: Task, raw: str, *, finished: bool = True
) -> Answer[bool] | Answer[int] | Answer[tuple[str, ...]] | Answer[str]:
    """Read an answer to one of the four tasks.

    Parameters
    ----------
    task : Task
        What was asked.
    raw : str
        As the model gave it.
    finished : bool
        Whether the model ended by itself, not at its limit of tokens.

    Returns
    -------
    Answer
        Of a bool, an int, a tuple of cell words, or a sentence.
    """
    if task.class_name is None:
        if task.kind == "binary":
            return parse_yes_no(raw, finished=finished)
        return parse_caption(raw, prompt=request(task), finished=finished)
    if task.kind == "count":
        return parse_count(raw, task.class_name, finished=finished)
    return parse_cells(raw, task.class_name, finished=finished)


def written(value: Value) -> str:
    """A typed value as an answer.

    >>> written(True), written(14), written(("top", "left")), written(())
    ('Yes', '14', 'top, left', 'No change')

    Raises
    ------
    ValueError
        A number below 0, or a word that names no cell.
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        if value < 0:
            raise ValueError(f"{value} objects")
        return str(value)
    if isinstance(value, str):
        return value
    if strange := [word for word in value if word not in CELL_ORDER]:
        raise ValueError(f"no cells: {', '.join(strange)}")
    return ", ".join(value) or NO_CHANGE
