"""The question bank of the ``clean`` flavour: many ways to ask, one form of answer each.

Whatever the wording, the form is demanded: the answers are read by a program. Questions of a
place always say what to answer where nothing changed.
"""

from __future__ import annotations

LEADS = (
    "{before} shows a place, {after} shows the same place later. ",
    "Before: {before}. After: {after}. ",
    "Here are two aerial images of one place: {before} is earlier, {after} is later. ",
    "Compare {before} with {after}, taken later at the same spot. ",
    "Date 1: {before}. Date 2: {after}. ",
    "The older picture is {before}, the newer one is {after}. ",
)
CAPTIONS = (
    "Describe the changes between the two images in one sentence.",
    "What changed? Say it in one sentence.",
    "In one sentence, what is different in the later image?",
    "Write a short caption of the change.",
    "Summarise in a sentence what happened between the two dates.",
    "Tell me in one sentence what has been built or removed.",
    "How does the later image differ from the earlier one? One sentence.",
    "Give a one-sentence description of what is new or gone.",
)
BINARIES = (
    "Have any roads or buildings changed between the two images? Answer Yes or No.",
    "Did roads or buildings change here? Yes or No.",
    "Is there any change of a road or a building? Reply with Yes or No only.",
    "Yes or No: has a building or a road appeared or disappeared?",
    "Do the two dates differ in their roads or buildings? Answer Yes or No.",
    "Was any road or building added or taken away? Answer with Yes or No.",
)
COUNTS = (
    "How many {things} have changed between the two images? Answer with a number only.",
    "Count the {things} that changed. Give only the number.",
    "What is the number of changed {things}? Reply with digits.",
    "How many {things} appeared or disappeared? Answer with a number.",
    "Number of {things} that are new or gone, as a number:",
    "Tell me how many {things} differ between the dates. A number is enough.",
)
_CELLS = (
    "top left corner, top, top right corner, left, center, right, lower left corner, lower, "
    "lower right corner"
)
PLACES = (
    "Where have {things} changed? Choose from: " + _CELLS + ". If none changed, answer No change.",
    "In which parts of the image did {things} change? Separate the cells of a 3 by 3 grid by "
    "commas (" + _CELLS + "), or answer No change.",
    "Name the cells with changed {things}, separated by commas, out of " + _CELLS + ". Answer No "
    "change if there are none.",
    "Locate the {things} that appeared or disappeared on a 3 by 3 grid: " + _CELLS + ". If there "
    "are none, say No change.",
    "Which of these cells hold changed {things}: " + _CELLS + "? Say No change if none does.",
)
FOLLOW_COUNTS = (
    "And how many {things}? A number only.",
    "How many of the changes are {things}? Answer with a number.",
    "What about {things}: how many? Give the number.",
)
FOLLOW_PLACES = (
    "And where are the changed {things}? Name the cells, or say No change.",
    "Where did {things} change? Give the cells separated by commas, or No change.",
    "What about {things}: in which cells? Answer No change if there are none.",
)
FOLLOW_CAPTIONS = (
    "Now describe the change in one sentence.",
    "Sum it up in one sentence.",
    "So what happened, in one sentence?",
)
"""Short forms of the second and later turns of a dialogue."""
