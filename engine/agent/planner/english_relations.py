"""More English wordings of how changes lie to a layer: known to it, lacking, lying in it or not."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

from engine.agent.planner.english_patterns import rule

_COMPARE = "compare_with_layer"
_DET = r"(?:(?:the|our|my|your|a|an|any|this|that) )?"
_B = rf"{_DET}§b\d+"
_L = r"(?:(?:the|our|my|your|a|an|any|one|some|this|that|either) )?(§l\d+)"
_NOT = r"(?:not|n't|never|nowhere|hardly ever)"
_AUX = r"(?:(?:is|are|was|were|do|does|did|has|have|had|can|could)(?: |(?=n't)))"
_SHOWN = (
    r"(?:appear|appearing|show up|shown|show|exist|existing|figure|feature|featured|occur|drawn|mapped|digiti[sz]ed|entered|listed|"
    r"recorded|registered|captured|included|contained|present|found|known|traced|covered|represented|marked|part|there|be found|"
    r"plotted|documented|catalogued|noted|stored|on record|depicted|added|picked up|surveyed|filed|inventoried|accounted for)"
)
_ENTRIES = r"(?:entries|entry|footprints?|features?|records?|objects?|polygons?|outlines?|buildings?|houses?|roads?|items?|lines?|shapes?)"

COMPARED = (
    rule("hint", rf"{_AUX}?{_NOT}(?: (?:yet|already|so far|ever|currently|been|be|being))*(?: {_SHOWN})?(?: (?:yet|already|so far))*(?= (?:in|on|by|to|of|within|inside|from) {_B})", (_COMPARE, {"find": "new"})),
    rule("hint", rf"(?:{_AUX})?(?:yet|still|waiting|due|needing|need|needs|ought|have|has|had) to be (?:{_SHOWN})(?= (?:in|on|by|to|into) {_B})", (_COMPARE, {"find": "new"})),
    rule("hint", r"(?<=§b\d )(?:(?:is|are|was|still|currently|yet|does|do|has|have|seems? to|just) )*(?:lack(?:s|ing)?|miss(?:es|ing)?|omit(?:s|ting|ted)?|overlook(?:s|ed)?|leaves? out|left out|without|need(?:s|ing)?|forgot|forgets?|wants?|ignor(?:es|ed)|unaware of|ignorant of|fail(?:s|ed)? to (?:show|include|list|contain))(?! to be (?:deleted|removed))", (_COMPARE, {"find": "new"})),
    rule("hint", rf"(?:(?:would|should|must|do|does|will|could|can|need|needs|have|has|ought|i|we|you|they|be|to|still) )*(?:add|added|adding|draw|drawn|map|mapped|enter|entered|digiti[sz]ed?|insert|inserted|put|append|appended|include|included|trace|traced|record|recorded|register|registered) (?=(?:to|in|into|on|onto) {_B})", (_COMPARE, {"find": "new"})),
    rule("hint", rf"(?:unknown|foreign|alien|unfamiliar) (?=to {_B})|(?:un-?listed|un-?drawn|un-?digiti[sz]ed|un-?documented|un-?captured|un-?charted|absent|lacking|missing|omitted) (?=(?:in|from|on|by) {_B})|(?:gaps?|holes?|omissions?|blanks?) (?=(?:in|of|on) {_B})", (_COMPARE, {"find": "new"})),
    rule("hint", rf"(?:(?:should|must|can|could|need|needs|has|have|ought|may|might|to|be) )+(?:be )?(?:deleted|delete|removed|remove|struck|strike|taken out|erased|erase|dropped|purged|purge|cleaned|retired|retire|crossed out|cleared|deregistered|cancelled|weeded)(?: off| out)? (?=(?:from|in|out of|of|off) {_B})", (_COMPARE, {"find": "gone"})),
    rule("hint", rf"(?<=§b\d )(?:{_ENTRIES} )?(?:(?:that|which|is|are|was|were|have|has|become|became|now) )*(?:obsolete|outdated|out of date|out-of-date|stale|no longer valid|invalid|superseded|dead|defunct|phantom|ghosts?|orphaned|historic|past it)", (_COMPARE, {"find": "gone"})),
    rule("hint", rf"(?:obsolete|outdated|out[ -]of[ -]date|stale|dead|defunct|phantom|ghost|orphaned|no longer valid) (?:{_ENTRIES} )?(?=(?:in|of|from|on) {_B})", (_COMPARE, {"find": "gone"})),
    rule("hint", rf"(?:does|do|did) (?={_B} (?:already )?(?:know|have|show|contain|include|list|hold|cover|feature|record|recogni[sz]e))", (_COMPARE, {"find": "mapped"})),
    rule("hint", rf"(?<!still )(?:already |previously |also )*(?:appear(?:s|ing)?|show up|shows up|shown|exist(?:s|ing)?|figure|feature|drawn|mapped|digiti[sz]ed|entered|listed|recorded|registered|captured|included|contained|present|known|represented|plotted|documented|there|on record) (?:already |also )?(?=(?:in|on|by|to) {_B})", (_COMPARE, {"find": "mapped"})),
    rule("skip", r"(?<=§b\d )(?:already )?(?:know|have|show|contain|include|list|hold|cover|feature|record|recogni[sz]e)(?: (?:of|about))?(?: already)?", None, (_COMPARE,)),
)  # fmt: skip
"""Before other rules of comparison; the layer itself is read by those."""

_OFF = (
    rf"{_AUX}?{_NOT}(?: (?:be|been|being|yet|actually|really))*(?: (?:lie|lies|lying|fall|falls|falling|stand|standing|sit|sitting|located|situated|built|placed|"
    rf"contained|covered|part|found|touching|touch|enclosed|backed|have|having|has|possess|hold|holding))?(?: (?:in|on|inside|within|by|of|with|under))* {_L}(?: polygons?| area| zone)?"
)
LYING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w§'])(?:{pattern})(?:(?<=\s)|(?!\w))"), put)
    for pattern, put in (
        (_OFF, r"outside \1"),
        (rf"(?<=[a-z])n't(?: (?:lie|fall|stand|sit|located|situated|built|contained|covered|part|found|have))?(?: (?:in|on|inside|within|by|of))* {_L}", r" outside \1"),
        (rf"(?:without|lack(?:s|ing)?|(?:have|has|having|with|got|had) (?:no|neither)) {_L}(?: polygons?| area| zone| around (?:it|them))?", r"outside \1"),
        (rf"(?:touch(?:es|ing)?|touched by|encroach(?:es|ing|ed)?(?: (?:on|upon|into|onto))?|intrud(?:e|es|ing|ed)(?: (?:on|upon|into|onto))?|infring(?:e|es|ing)(?: (?:on|upon))?|invad(?:e|es|ing|ed)|penetrat(?:e|es|ing|ed)|straddl(?:e|es|ing)|"
         rf"(?:extend|reach|eat|protrude|stick|jut|spill|creep|push)(?:s|es|ing|ed)? (?:in|out)?(?:to|on)|cross(?:es|ing|ed)?|cut(?:s|ting)? across|travers(?:e|es|ing|ed)|run(?:s|ning)? across|pass(?:es|ing|ed)? through|fall(?:s|ing)? (?:under|into)|sitting on|perched on|belong(?:s|ing)? to|affecting) {_L}", r"inside \1"),
        (r"(\d+(?:\.\d+)? ?(?:m|km|metres|meters|kilometres|kilometers|feet|yards|miles)) (?:wide )?((?:§[lp])\d+) (?:buffer|zone|corridor|strip|belt|band|radius|margin|setback)(?: zone| strip)?", r"\1 buffer around \2"),
        (r"(?:breach|violation|infringement|intrusion|encroachment)(?:e?s)? (?:of|on|into) (?=(?:the |a |our )?\d)", "changes within "),
        (r"^((?:per|by|for each|for every|in each|in every|of each) [\w§ ]{2,30}), (?=how|what|which|count|the|give|show|list|number|total|area)", r"\1 "),
        (r"(roads|streets|buildings|houses|tracks) (?:excluded|not included|not counted|left out|omitted|apart|ignored|disregarded|exempt(?:ed)?|skipped)", r"excluding \1"),
        (r"excluding (roads|streets|buildings|houses|tracks), ", r"excluding \1 "),
        (r"(?:modification|alteration|renovation|conversion)s? (?:to|of|on|made to) (?:the |any |all )?(?=buildings?|houses?|homes?|roads?|streets?|structures?|tracks?)", "altered "),
        (r"(building|house|home|road|street|structure|track)s? (?:modification|alteration|renovation|conversion)s?", r"altered \1s"),
        (r"(?:make|draw|create|produce|give|want|need)(?: me| us)?(?: an?| the)? (?:map|plot|picture|view) (?:of|with|showing)", "show"),
        (r"between (\d+) ?(?:m|metres|meters) and (\d+) ?(?:km|kilometres|kilometers)", r"between \1 m and \g<2>000 m"),
        (r"between (\d+) ?m² and (\d+) ?(?:ha|hectares?)", r"between \1 m² and \g<2>0000 m²"),
        (r"how (?:close|near) (?=(?:is|are|was|were|does|do) )", "how far "),
        (r"(?:bunch|crowd|huddle|pile|clump|group|pack|lump)(?:e?s|ed|ing)? (?:up|together|in together)", "clustered"),
        (r"(?:at a glance|in a nutshell|in brief|in short|in sum|in a few lines|in outline)", "describe "),
        (r"how (?:do|are|is|does|did) the (verdict|classe?|action|review|place)s? (?:split|break down|distributed|spread|divide|shared|fall)(?: up| out)?(?: (?:for|of|among|over))?", r"by \1 of "),
        (r"(verdict|class|action)s? (?:split|tally|tallies|breakdown|distribution|mix|statistics|counts?)(?: (?:of|for|among))?", r"by \1 of "),
        (r"(?:shared|divided|split|allocated|apportioned|distributed|spread|scattered|dispersed)(?: (?:out|up))? (?:among|amongst|between|within|throughout) (?=(?:the |our )?§l)", "per "),
        (r"(?:the )?mid(?:dle)?[- ](?:value|point)(?: (?:of|for)(?: the)?)?", "median "),
        (r"(?:(?:do|does|did|would|should|can|could) )?(?:i|we|you|they) (?:can )?trust(?:ed)? (?:the )?(least|most)", r"\1 certain"),
        (r"(least|most) (?:trustworthy|believable|credible|dependable|plausible|convincing|trusted|solid|secure|clear-cut|firm)", r"\1 certain"),
        (r"(?:the )?(?:shakiest|weakest|flimsiest|iffiest|dodgiest|most (?:doubtful|questionable|shaky|dodgy|suspicious|ambiguous|unclear))", "least certain"),
        (r"(?:the )?(?:strongest|clearest|firmest|most (?:obvious|evident|unambiguous|definite))(?= (?:detections?|changes?|finds?|buildings?|houses?|roads?|objects?))", "most certain"),
        (r"instead of (?:the )?\d+(?:\.\d+)?(?: ?(?:m|km|metres|meters|ha|m²|%))?$", " "),
        (r"(?:what if |if )?(?:the |a )?(?:limit|distance|radius|buffer|threshold|tolerance) (?:was|were|is|to|be|became|of)(?= \d+(?:\.\d+)? ?(?:m|km|metres|meters)(?: instead)?$)", " "),
        (r"^not (?:in |the |for )*(?:north|south|east|west|centre|center|top|bottom|left|right|middle)(?:ern)?,? (?:but |rather )?(?=(?:in |the )*(?:north|south|east|west|cent|top|bottom|left|right|middle))", ""),
        (r"^(?:please )?flag(?: up)?(?= (?:the|all|any|every|each|new|removed|only|those|houses|buildings|roads))", "show"),
        (r"(?:their|its|his|her|a|an) (?:own|extra) (?=file|layer|dataset)", "a "),
    )
)  # fmt: skip
"""Applied after the other phrases."""
