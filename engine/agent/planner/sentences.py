"""A sentence as the patterns know it, without what only leads up to a question or follows it."""

from __future__ import annotations

import re
import unicodedata

from engine.agent.planner.concepts import read
from engine.agent.planner.lexicon import Lexicon
from engine.agent.planner.mentions import Mentions, find_mentions, layer_words
from engine.agent.planner.spelling import spelled
from engine.guide.numerals import with_digits

_ENDS = re.compile(r"(?:[?!]+|\.{2,}|…|\.)(?=\s|$)|\s[:;]-?[)(]+(?=\s|$)|\s[-–—]+\s|\s?—\s?")
"""Where a sentence ends, or a remark begins."""
_SPACES = re.compile(r" {2,}")
_WEAK = {"which", "whether", "wish", "by", "unit"}
"""Tools that a heading may name, and mean nothing by it."""
_LEADS = re.compile(r"(?:,|:)\s")


def plain(sentence: str, layers: tuple[str, ...], lexicon: Lexicon) -> tuple[str, Mentions]:
    """Lower case, slips set right, names taken out, signs and numbers as the patterns know them.

    Ends of sentences become line breaks.
    """
    text = unicodedata.normalize("NFC", sentence).lower().replace("’", "'")
    text = " ".join(text.replace("§", " ").split())
    text = lexicon.dotted.sub(r"\1", text) if lexicon.dotted else text
    text = "\n".join(part.strip() for part in _ENDS.split(text) if part.strip())
    text = "\n".join(with_digits(part, above=1) for part in text.split("\n"))
    text = spelled(text, lexicon, layer_words(layers, lexicon))
    names = find_mentions(text, layers, lexicon)
    text = names.text
    for pattern, put in lexicon.rewrites:
        text, changed = pattern.subn(put, text)
        if changed:
            text = _SPACES.sub(" ", text)
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
    asked = [_led(_headed(line, names, lexicon), names, lexicon) for line in lines]
    for number in range(len(asked) - 1):
        if re.fullmatch(r"(?:\w+ )?§l\d+", asked[number]):
            asked[number : number + 2] = ["", f"{asked[number]}, {asked[number + 1]}"]
    kept: list[str] = []
    for number, line in enumerate(asked):
        idle = _idle(line, names, lexicon, first=number == 0) or _apart(line, names, lexicon)
        if len(asked) > 1 and idle:
            place = lexicon.place.search(line) if lexicon.place else None
            kept += [place[0]] if place else []
            continue
        kept.append(line)
    whole = " ".join(kept or lines)
    left_out = {token for token in re.findall(r"§[lb]\d+", text) if token not in whole}
    if len(left_out) == 1 and lexicon.pronoun is not None:
        # "We have a layer of permits. Which houses lie in none of them?"
        whole = lexicon.pronoun.sub(rf"\g<1> {left_out.pop()}", whole)
    return [whole]


def corrected(sentence: str, layers: tuple[str, ...], lexicon: Lexicon) -> list[str]:
    """What is left of a sentence that its speaker has taken back in part, likeliest first."""
    if lexicon.correction is None:
        return []
    text = " ".join(sentence.lower().replace("’", "'").split())
    found = list(lexicon.correction.finditer(text))
    if not found or not text[: found[-1].start()].strip():
        return []
    before, behind = text[: found[-1].start()], text[found[-1].end() :]
    named = find_mentions(before, layers, lexicon).layers
    if len(named) == 1 and lexicon.pronoun is not None:
        behind = lexicon.pronoun.sub(rf"\g<1> {named[0]}", behind)
    kept = re.split(r"[,;?!.–—-]\s", before)
    if lexicon.continues is not None and lexicon.continues.search(behind):
        open_end = lexicon.open_end.sub("", before) if lexicon.open_end else before
        return [f"{open_end} {behind}"]
    if len(kept) < 2:
        return [behind]
    joined = f"{', '.join(kept[:-1])}, {behind}"
    only = lexicon.restricts is not None and lexicon.restricts.search(behind)
    return [joined, behind] if only else [behind, joined]


def series(text: str, lexicon: Lexicon) -> list[str]:
    """One sentence for each number of an enumeration ("within 100, 200 and 500 m of").

    And one for each of two alternatives that one call cannot tell ("inside or outside the parks").
    """
    for pattern in lexicon.pairs:
        if pair := pattern.search(text):
            before, behind = text[: pair.start()], text[pair.end() :]
            return [f"{before}{pair[name]}{behind}" for name in ("a", "b")]
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


def _aside(text: str, names: Mentions, lexicon: Lexicon) -> bool:
    """Whether a clause beside the question is a remark of the speaker's."""
    remarks = lexicon.aside is not None and lexicon.aside.search(text)
    asks = lexicon.asks is not None and lexicon.asks.search(text)
    return bool(remarks) and not asks and _apart(text, names, lexicon)


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


def _headed(line: str, names: Mentions, lexicon: Lexicon) -> str:
    """A line without the heading before its question."""
    match = re.search(r" ?: ", line)
    if match is None or lexicon.heading is None or lexicon.activity is None:
        return line
    lead, rest = line[: match.start()], line[match.end() :]
    if not rest or len(lead.split()) > 9:
        return line
    place = re.findall(r"§l\d+", lead) if lexicon.activity.search(lead) else []
    if not place and not lexicon.heading.search(lead):
        return line
    title = re.sub(r"§[lb]\d+|\b(?:no|nr|number) \d+|(?<=\w )\d+$|[^\w\s'-]", " ", lead)
    told, asked = read(title, names, lexicon), read(rest, names, lexicon)
    if told.where or told.relations or re.search(r"\d", title):
        return line
    if set(told.intents) - _WEAK and not set(asked.intents) - _WEAK:
        return line
    said = re.search(r"§[lb]\d", rest) or (lexicon.pronoun and lexicon.pronoun.search(rest))
    return rest if len(place) != 1 or said else f"{place[0]}, {rest}"


def _led(line: str, names: Mentions, lexicon: Lexicon) -> str:
    """A line without the clauses before its question that only lead up to it."""
    while match := _LEADS.search(line):
        lead, rest = line[: match.start()], line[match.end() :]
        asked = lexicon.asks is not None and lexicon.asks.search(rest)
        if not rest or not (
            _idle(lead, names, lexicon, first=True) or (asked and _aside(lead, names, lexicon))
        ):
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
    while (comma := line.rfind(", ")) > 0 and _aside(line[comma + 2 :], names, lexicon):
        line = line[:comma]
    for found in lexicon.trailing.finditer(line) if lexicon.trailing else ():
        asked, tail = line[: found.start()], line[found.start() :]
        turns = lexicon.narrows is not None and lexicon.narrows.search(line[found.end() :])
        if asked.strip() and not turns and not _says(tail, names, lexicon):
            return asked
    return line
