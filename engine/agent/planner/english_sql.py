"""Queries in the manner of SQL, filters and key-value lists, in the words that the planner knows."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

_FIELD = r"(?:class_name|class|cls|action|status|review_status|review|verdict|place|cell|score|confidence|area|length)"
_CLASS = r"(?:class_?name|class|cls|category|object_?type|kind|type)"
_ACTION = r"(?:action|change_?type|change_?kind|status|event)"
_REVIEW = r"(?:review_?status|review_?state|review|verdict)"
_IS = r"(?: is| of| equals?| eq| like|:| in)* ?\(? ?"
_GEOM = r"(?:geom(?:etry)?|shape|the_geom|box|outline|footprint|\w\.\w+)"
_N = r"(\d+(?:\.\d+)?)"
_MEASURES = (("m2|sqm|m²", "m²"), ("ha", "ha"), ("km2|km²", "km²"), ("m", "m"), ("km", "km"))
_COMPARES = r"more than|less than|at least|at most|not less than|not more than|between"


def _aggregates() -> list[tuple[str, str]]:
    """``sum(area_ha)`` is "total area in ha"; ``max(length)`` is "longest"."""
    found = []
    for call, words in (
        ("sum|total", "total"),
        ("avg|mean|average", "average"),
        ("median", "median"),
    ):
        for written, unit in _MEASURES:
            found.append(
                (
                    rf"(?<!\w)(?:{call}) ?\( ?\w*?(area|length|len)_?(?:{written}) ?\)",
                    rf"{words} \1 in {unit} of ",
                )
            )
        found.append(
            (rf"(?<!\w)(?:{call}) ?\( ?(area|length|score|confidence) ?\)", rf"{words} \1 of ")
        )
    for call, area, length, score in (
        ("max", "largest", "longest", "highest score"),
        ("min", "smallest", "shortest", "lowest score"),
    ):
        for field, word in (
            ("area\\w*", area),
            ("length\\w*", length),
            ("score|confidence", score),
        ):
            found.append((rf"(?<!\w){call} ?\( ?(?:{field}) ?\)", f"{word} "))
    return found


SQL: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"(?<!\w)'(\w[\w ]*)'(?!\w)", r"\1"),
        # what is asked for
        (r"(?<!\w)from (?:the )?(?:changes?|objects?|detections?|features?|boxes|results?|run|layer|data|table)(?=$| where| group| order| limit|;)", " "),
        (r"(?<!\w)select (?:distinct )?(?:count|num|number) ?\((?: ?\*| ?distinct \w+|[^()]*)\)", "count"),
        (r"(?<!\w)count ?\( ?(?:\*|1|id|box_id|fid)? ?\)", "count "),
        *_aggregates(),
        (rf"(?<!\w)select {_FIELD} ?, ?(?=count|total|average|median)", ""),
        (r"(?<!\w)select (?=total|average|median|largest|smallest|longest|shortest|count)", ""),
        (r"(?<!\w)select (?:\*|all|id|box_id|fid|geom)(?: from)?(?!\w)", "select objects "),
        (r"(?<=\w),(?: as \w+)?(?= (?:count|total|average|median) of )", " "),
        (rf"(?<!\w)group(?:ed)? ?by {_CLASS}", "by class"),
        (rf"(?<!\w)group(?:ed)? ?by {_ACTION}", "by action"),
        (rf"(?<!\w)group(?:ed)? ?by {_REVIEW}", "by review"),
        (r"(?<!\w)group ?by (?:place|cell|grid_?cell|position)", "by place"),
        (r"(?<!\w)group ?by (?=§)", "by "),
        (r"(?<!\w)order(?:ed)? ?by (area|length|score)(?:_(?:m2|ha|km2|m|km))?(?: (desc|asc)(?:ending)?)?,? (?:limit|top|first) (\d+)", r"list top \3 sorted by \1 \2"),
        (r"(?<!\w)order(?:ed)? ?by (area|length|score)(?:_(?:m2|ha|km2|m|km))?(?= |$)", r"sorted by \1"),
        (r"(?<!\w)limit (?:of |to )?(\d+)(?! ?(?:m|km|%))", r"first \1"),
        (r"(?<!\w)sorted by (area|length|score) desc(?!\w)", r"sorted by \1 descending"),
        (r"(?<!\w)sorted by (area|length|score) asc(?!\w)", r"sorted by \1 ascending"),
        (r"(?<!\w)order(?:ed)? by distance (?:to|from) (\S+)(?: (?:asc|ascending))?(?:,? (?:limit|top|first) (\d+))?", r"nearest \2 to \1"),
        (r"(?<!\w)percentile_(?:cont|disc) ?\( ?0?\.5 ?\)(?: within group)?(?: \(order by)? ?(?:of|on|for|over)? ?\(? ?", "median "),
        (r"^n ?(?:=|:)|^n (?=(?:features|objects|buildings|roads|houses|changes))", "count "),
        (r"(?<!\w)select \w+ ?, ?(?=count.*(?:group by|by) §)", ""),
        (r"(?<=count)(?: ?,)? ?(?:\.{2,}|…)", " "),
        (r"(?<!\w)(?:max(?:imum|imal)?|highest|peak|greatest) (?:point )?density (?:disc|disk|circle|spot|area|zone|location|window|kernel)?", "densest circle "),
        (r"(?<!\w)(?:disc|disk)(?!\w)", "circle"),
        (r"(?<!\w)(?:knn|nearest neighbou?rs?) ?:", "nearest "),
        (r" ?<-> ?", " nearest to "),
        # conditions
        (rf"(?<!\w)(?:where|having) (?=(?:not )?\(?(?:{_CLASS}|{_ACTION}|{_REVIEW}|{_FIELD}|area_|length_|st_)(?:\w*)\b)", "with "),
        (rf"(?<!\w){_REVIEW} is not (?:null|none|empty)(?!\w)", "reviewed"),
        (rf"(?<!\w){_REVIEW} (?:is |= ?|: ?)?(?:null|none|empty)(?!\w)", "unreviewed"),
        (rf"(?<!\w){_REVIEW} ?(?:!=|<>|≠|is not|not) ?(?:null|none|'')(?!\w)", "reviewed"),
        (rf"(?<!\w){_REVIEW} ?(?:!=|<>|≠|is not|not) ?'?(confirmed|rejected|unsure)'?(?!\w)", r"not \1"),
        (rf"(?<!\w){_CLASS} not in ?\( ?'?(?:building|road)s?'? ?, ?'?(?:building|road)s?'? ?\)", "class other"),
        (rf"(?<!\w){_CLASS} ?(?:!=|<>|≠|is not|not) ?'?(building|road)s?'?(?!\w)", r"not \1"),
        (rf"(?<!\w){_CLASS}(?: ?=+| ?:| is| like| eq) ?'?other'?(?!\w)", "class other"),
        (rf"(?<!\w){_CLASS}(?: ?=+| ?:| is| like| eq) ?'?(building|road)s?'?(?!\w)", r"class \1"),
        (rf"(?<!\w){_ACTION}(?: ?=+| ?:| is| like| eq) ?(?:changed|altered|modified)(?!\w)", "altered objects"),
        (rf"(?<!\w){_ACTION}(?: ?=+| ?:| is| like| eq) ?'?(appeared|disappeared|changed|altered|new|removed|gone)'?(?!\w)", r"action \1"),
        (rf"(?<!\w){_REVIEW}(?: ?=+| ?:| is| like| eq) ?'?(confirmed|rejected|unsure)'?(?!\w)", r"\1"),
        (r"(?<!\w)(?:place|cell|position)(?: ?=+| ?:| is| in| like) ?\(? ?'?(?=(?:the )?(?:top|bottom|lower|upper|left|right|north|south|east|west|cent|middle))", "in the "),
        (r"(?<!\w)st_dwithin ?\( ?\w+ ?, ?([^,()]+?) ?, ?(\d+(?:\.\d+)?)(?: ?m)? ?\)", r"within \2 m of \1"),
        (r"(?<!\w)st_dwithin (?:of |to )?(\S+?),? (\d+(?:\.\d+)?) ?m?(?!\w)", r"within \2 m of \1"),
        (r"(?<!\w)not st_(?:within|intersects|contains) ?\( ?[\w.]+ ?, ?([^,()]+?) ?\)|(?<!\w)st_disjoint ?\( ?[\w.]+ ?, ?([^,()]+?) ?\)", r"outside \1\2"),
        (r"(?<!\w)st_(?:within|intersects|contains|coveredby) ?\( ?[\w.]+ ?, ?([^,()]+?) ?\)", r"inside \1"),
        (rf"(?<!\w)st_distance ?\( ?{_GEOM} ?, ?([^,()]+?) ?\)", r"distance to \1"),
        *(
            (rf"(?<!\w)(area|length)_?(?:{written}) ?(?:>=|≥) ?{_N}", rf"\1 at least \2 {unit}")
            for written, unit in _MEASURES
        ),
        *(
            (rf"(?<!\w)(area|length)_?(?:{written}) ?(?:<=|≤) ?{_N}", rf"\1 at most \2 {unit}")
            for written, unit in _MEASURES
        ),
        *(
            (rf"(?<!\w)(area|length)_?(?:{written}) ?> ?{_N}", rf"\1 more than \2 {unit}")
            for written, unit in _MEASURES
        ),
        *(
            (rf"(?<!\w)(area|length)_?(?:{written}) ?< ?{_N}", rf"\1 less than \2 {unit}")
            for written, unit in _MEASURES
        ),
        *(
            (rf"(?<!\w)(area|length)_(?:{written}) ({_COMPARES}) {_N}(?: and {_N})", rf"\1 \2 \3 and \4 {unit}")
            for written, unit in _MEASURES
        ),
        (r"(?<!\w)(building|road|house|object|other)s? ?/ ?(appeared|disappeared|changed|new|removed|altered)(?!\w)", r"\2 \1s"),
        (r"(?<!\w)(appeared|disappeared|changed|new|removed|altered) ?/ ?(building|road|house|object)s?(?!\w)", r"\1 \2s"),
        (r"(?<!\w)(?:anti|left anti|left)[- ]?join(?:ed)?(?: (?:with|on|to|against))?(?= (?:the |our )?§)", "not in"),
        (r"(?<!\w)(?:inner |spatial )?join(?:ed)? (?:with|on|to|against)(?= (?:the |our )?§)", "inside"),
    )
)  # fmt: skip
"""Applied before all other rewrites."""
