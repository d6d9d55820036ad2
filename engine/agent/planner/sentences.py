"""A sentence as the patterns know it, without what only leads up to a question or follows it."""

from __future__ import annotations

import re
import unicodedata

from engine.agent.planner.concepts import read
from engine.agent.planner.lexicon import Lexicon
from engine.agent.planner.mentions import Mentions, find_mentions, layer_words
from engine.agent.planner.spelling import spelled
from engine.language.numerals import with_digits

_ENDS = re.compile(r"(?:[?!]+|\.{2,}|…|\.)(?=\s|$)|\s[:;]-?[)(]+(?=\s|$)|\s[-–—]+\s|\s?—\s?")
"""Where a sentence ends, or a remark begins."""
_LEADS = re.compile(r"(?:,|:)\s")


def plain(sentence: str, layers: tuple[str, ...], lexicon: Lexicon) -> tuple[str, Mentions]:
    """Lower case, slips set right, names taken out, signs and numbers as the patterns know them.

    Ends of sentences become line breaks.
    """
    text = unicodedata.normalize("NFC", sentence).lower().replace("’", "'")
    text = " ".join(text.split())
    text = lexicon.dotted.sub(r"\1", text) if lexicon.dotted else text
    text = "\n".join(part.strip() for part in _ENDS.split(text) if part.strip())
    text = "\n".join(with_digits(part, above=1) for part in text.split("\n"))
    text = spelled(text, lexicon, layer_words(layers, lexicon))
    names = find_mentions(text, layers, lexicon)
    text = names.text
    for pattern, put in lexicon.rewrites:
        text = pattern.sub(put, text)
    names.text = "\n".join(
        with_digits(" ".join(line.split()), above=1) for line in text.split("\n") if line.strip()
    )
    return names.text, names


def questions(text: str, names: Mentions, lexicon: Lexicon) -> list[str]:
    """The sentences that ask for something.

    What names no object, place, number or layer, and asks for nothing that can be done, is left out
    if it begins like a remark or as the lead to a question.
    """
    lines = [line for line in text.split("\n") if line]
    if not lines:
        return [""]
    asked = [_led(line, names, lexicon) for line in lines]
    kept: list[str] = []
    for number, line in enumerate(asked):
        idle = _idle(line, names, lexicon, first=number == 0) or _apart(line, names, lexicon)
        if len(asked) > 1 and idle:
            continue
        kept.append(line)
    whole = " ".join(kept or lines)
    left_out = {token for token in re.findall(r"§[lb]\d+", text) if token not in whole}
    if len(left_out) == 1 and lexicon.pronoun is not None:
        # "We have a layer of permits. Which houses lie in none of them?"
        whole = lexicon.pronoun.sub(rf"\g<1> {left_out.pop()}", whole)
    return [whole]


def series(text: str, lexicon: Lexicon) -> list[str]:
    """One sentence for each number of an enumeration ("within 100, 200 and 500 m of")."""
    match = lexicon.series.search(text) if lexicon.series else None
    if match is None:
        return [text]
    before, after = text[: match.start("numbers")], text[match.end("numbers") :]
    return [f"{before}{one}{after}" for one in re.findall(r"\d+(?:\.\d+)?", match["numbers"])]


def _idle(text: str, names: Mentions, lexicon: Lexicon, *, first: bool) -> bool:
    starts = lexicon.statement if first else lexicon.remark
    if starts is None or lexicon.beyond.search(text) or not starts.search(text):
        return False
    return not _says(text, names, lexicon)


def _apart(text: str, names: Mentions, lexicon: Lexicon) -> bool:
    """Whether a sentence of its own says nothing that could narrow another one."""
    narrows = lexicon.narrows is not None and lexicon.narrows.search(text)
    return not narrows and not lexicon.beyond.search(text) and not _says(text, names, lexicon)


def _says(text: str, names: Mentions, lexicon: Lexicon) -> bool:
    """Whether it names anything of the layers."""
    text = re.sub(r"(?:\w+ )?(?:\w+ )?§[lb]\d+", "·", text)
    if re.search(r"§[pi]|\d", text):
        return True
    words = " ".join(re.sub(r"[,:()\"“”]", " ", text).split())
    reading = read(words, names, lexicon)
    return bool(
        reading.where or reading.relations or reading.args or reading.subject
        or reading.open_relation or set(reading.intents) - {"which", "whether"}
        or {"distance", "size", "negation"} & set(reading.asks)
    )  # fmt: skip


def _led(line: str, names: Mentions, lexicon: Lexicon) -> str:
    """A line without the clauses before its question that only lead up to it."""
    while match := _LEADS.search(line):
        lead, rest = line[: match.start()], line[match.end() :]
        if not rest or not _idle(lead, names, lexicon, first=True):
            break
        line = rest
    return _opened(_closed(line, names, lexicon), names, lexicon)


def _opened(line: str, names: Mentions, lexicon: Lexicon) -> str:
    """A question without what leads up to it without a comma ("my boss asks how many ...")."""
    found = lexicon.opening.search(line) if lexicon.opening else None
    if found is None or lexicon.leading is None or lexicon.label is None:
        return line
    lead = line[: found.start()].strip()
    leads = lexicon.leading.search(lead) or lexicon.label.search(f"{lead} ")
    asks = lead and leads and not lexicon.beyond.search(lead)
    return line if not asks or _says(lead, names, lexicon) else line[found.start() :]


def _closed(line: str, names: Mentions, lexicon: Lexicon) -> str:
    """A question without a clause behind it that says what it is for."""
    for found in lexicon.trailing.finditer(line) if lexicon.trailing else ():
        asked, tail = line[: found.start()], line[found.start() :]
        turns = lexicon.narrows is not None and lexicon.narrows.search(line[found.end() :])
        if asked.strip() and not turns and not _says(tail, names, lexicon):
            return asked
    return line
