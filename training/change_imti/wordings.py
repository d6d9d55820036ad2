"""The one fixed wording per question of the ``paper`` flavour, in our words.

They ask the same and demand the same form of answer as the paper's (science.md 1.2). Every
question of a place says what to answer where nothing changed: a hint that comes only with such
pairs would give the answer away.
"""

from __future__ import annotations

LEAD = "{before} shows a place, {after} shows the same place later. "
"""Comes before the first question; the names in braces are where the images go."""
CAPTION = "Describe the changes between the two images in one sentence."
BINARY = "Have any roads or buildings changed between the two images? Answer Yes or No."
COUNT = "How many {things} have changed between the two images? Answer with a number only."
LOCALISE = (
    "Where have {things} changed between the two images? Divide the image into three rows and "
    "three columns and name the cells, separated by commas: top left corner, top, top right "
    "corner, left, center, right, lower left corner, lower, lower right corner. If no {things} "
    "have changed, answer No change."
)
GUIDE = (
    "Another model describes the change like this: {caption}. Check this against the images and "
    "correct it where it is wrong. "
)
"""Precedes a request for a caption where a guide's caption is at hand (science.md 1.4)."""
THINGS = {"road": "roads", "building": "buildings"}
