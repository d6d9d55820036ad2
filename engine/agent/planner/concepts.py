"""What the words of a rule do to a reading; the same in every language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from engine.agent.planner.lexicon import Lexicon, Rule
from engine.agent.planner.mentions import Mentions
from engine.agent.planner.reading import Reading

Handler = Callable[[Reading, re.Match[str], Rule, Mentions, Lexicon], None]


def _group(match: re.Match[str], name: str) -> str | None:
    return match.groupdict().get(name)


def _number(match: re.Match[str], name: str = "n") -> float:
    text = _group(match, name)
    return float(text) if text and text[0].isdigit() else 1.0


def _measure(match: re.Match[str], lexicon: Lexicon, name: str = "n") -> float:
    """A number in metres or square metres."""
    return round(_number(match, name) * lexicon.units[match["u"]], 9)


def _share(match: re.Match[str], name: str = "n") -> float:
    """A score as a number, in per cent or not."""
    value = _number(match, name)
    return round(value / 100, 6) if _group(match, "pc") or value > 1 else value


def _target(match: re.Match[str], names: Mentions, lexicon: Lexicon) -> dict[str, Any]:
    token = _group(match, "tl")
    if token:
        return names.target(token)
    found: dict[str, Any] = {"class_name": lexicon.nouns[match["tn"]]}
    words = [_group(match, "ta"), _group(match, "tv")]
    actions = [lexicon.actions.get(word.strip()) for word in words if word]
    known = [action for action in actions if action]
    return found | ({"action": known[0]} if known else {})


def _intent(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.intents.append(rule.value)


def _hint(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    told = dict(rule.value[1])
    if "group_by_field" in r.intents and told.get("by") in ("area", "length"):
        told["quantity"] = told.pop("by")  # the groups are ranked
    r.intents.append(rule.value[0])
    r.args.update(told)
    if _group(m, "n"):
        r.args["limit"] = int(_number(m))


def _skip(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    """The words say nothing more."""


def _back(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.back = True


def _where(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    if any(r.where.get(key, value) != value for key, value in rule.value.items()):
        r.asks.append("one")
    r.where.update(rule.value)
    r.subject |= "class_name" in rule.value and len(rule.value) == 1


def _args(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.args.update(rule.value)


def _ask(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.asks.append(rule.value)


def _limits(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    kind, field = rule.value
    for bound in ("min", "max") if kind == "between" else (kind,):
        name = "n2" if kind == "between" and bound == "max" else "n"
        value = _share(m, name) if field == "score" else _measure(m, lex, name)
        r.where[f"{bound}_{field}"] = value


def _distance(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    relation = {"kind": rule.value, "distance_m": _measure(m, lex)}
    if _group(m, "tl") or _group(m, "tn"):
        r.relations.append(
            {"kind": rule.value, "of": _target(m, names, lex), "distance_m": _measure(m, lex)}
        )
    else:
        r.open_relation = relation


def _ring(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    for kind, name in (("beyond", "n"), ("within", "n2")):
        far = _measure(m, lex, name)
        r.relations.append({"kind": kind, "of": _target(m, names, lex), "distance_m": far})


def _versus(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    for word in (_group(m, "tn"), _group(m, "tv")):
        if name := lex.nouns.get(word or ""):
            r.classes.append(name)
    r.subject = True
    r.intents.append("group_by_field")
    r.args["by"] = "action"


def _open(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.open_relation = {"kind": rule.value}


def _amount(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.amount = _measure(m, lex)


def _relation(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    kind = rule.value or lex.actions.get(m["kind"]) or m["kind"]
    if _group(m, "tl") or _group(m, "tn"):
        r.relations.append({"kind": kind, "of": _target(m, names, lex)})
    else:
        r.open_relation = {"kind": kind}


def _to(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.intents.append("nearest")
    r.args["to"] = _target(m, names, lex)


def _layer(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.intents.append(rule.value[0])
    r.args |= {"layer": names.target(m["tl"])["layer"]} | rule.value[1]
    if _group(m, "n"):
        r.args["limit"] = int(_number(m))


def _limit(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.args |= {"limit": int(_number(m))} | (rule.value or {})


def _metres(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.args[rule.value] = _measure(m, lex)


def _diameter(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.args["radius_m"] = _measure(m, lex) / 2


def _widen(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.widens += rule.value


def _other_target(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.other_target = _target(m, names, lex)


def _score(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.bound = ("score", _share(m))


def _size(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.bound = ("area_m2", _measure(m, lex))


def _reverse(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.reverses = True


def _unit(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    unit = lex.unit_names.get(m["u"])
    if unit is None:
        r.asks.append("unit")
        return
    r.args |= {"unit": unit, "quantity": "length" if unit in ("m", "km") else "area"}
    if rule.value:
        r.intents.append(rule.value)


def _not_class(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    r.where["not_class"] = lex.nouns[m["tn"]]
    r.subject = True


def _ids(r: Reading, m: re.Match[str], rule: Rule, names: Mentions, lex: Lexicon) -> None:
    found = [names.ids[int(token[2:])] for token in re.findall(r"§i\d+", m[0])]
    r.where["box_ids"] = list(r.where.get("box_ids", [])) + found
    r.subject = True


CONCEPTS: dict[str, Handler] = {
    "intent": _intent,
    "hint": _hint,
    "skip": _skip,
    "back": _back,
    "where": _where,
    "args": _args,
    "ask": _ask,
    "limits": _limits,
    "distance": _distance,
    "relation": _relation,
    "ring": _ring,
    "open": _open,
    "versus": _versus,
    "amount": _amount,
    "to": _to,
    "layer": _layer,
    "limit": _limit,
    "metres": _metres,
    "diameter": _diameter,
    "widen": _widen,
    "other_target": _other_target,
    "score": _score,
    "size": _size,
    "reverse": _reverse,
    "unit": _unit,
    "not_class": _not_class,
    "ids": _ids,
}
"""By name."""


def read(text: str, names: Mentions, lexicon: Lexicon) -> Reading:
    """Use up the words of a clause by the rules, then its nouns and verbs, then what says nothing.

    What remains is in :attr:`Reading.unknown`.
    """
    reading = Reading(text)
    for rule in lexicon.rules:
        if rule.needs and not set(rule.needs) & set(reading.intents):
            continue
        while match := rule.pattern.search(reading.text):
            CONCEPTS[rule.concept](reading, match, rule, names, lexicon)
            rest = (reading.text[: match.start()], "·", reading.text[match.end() :])
            reading.text = " ".join(" ".join(rest).split())
    _words(reading, lexicon)
    return reading


def _words(reading: Reading, lexicon: Lexicon) -> None:
    unknown = []
    for word in re.findall(r"§?[^\W_][\w'-]*|[^\W_]", reading.text):
        if word in lexicon.back:
            reading.back = True
        elif word in lexicon.actions:
            action = lexicon.actions[word]
            reading.actions += [action] if action else []
            reading.subject |= action is None or word in lexicon.events
        elif word in lexicon.nouns:
            name = lexicon.nouns[word]
            reading.classes += [name] if name else []
            reading.subject = True
            reading.plural |= word.endswith("s")
        elif word not in lexicon.filler:
            unknown.append(word)
    reading.unknown = tuple(unknown)
    if set(reading.classes) - {reading.where.get("not_class")}:
        reading.where.pop("not_class", None)  # "not the roads, just houses"
    for key, values in (("class_name", reading.classes), ("action", reading.actions)):
        kinds = set(values)
        # "They built roads" is no conflict, "both new and lost" is one.
        held = reading.where.get(key) if key == "action" else None
        if len(kinds) == 1 and held in (None, values[0] if values else None):
            reading.where[key] = values[0]
        elif kinds:
            reading.asks.append("one")
