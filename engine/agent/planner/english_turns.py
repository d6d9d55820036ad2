"""More English turns of phrase: what happened to things, verdicts, saving, telling."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

from engine.agent.planner import english_words as words
from engine.agent.planner.english_patterns import LENGTH_UNIT as LU
from engine.agent.planner.english_patterns import LESS, MORE, SCORE, alternatives, rule
from engine.agent.planner.english_patterns import NUMBER as N

_DONE = alternatives(word for word, action in words.ACTIONS.items() if action)
_OUT = r"(?:excluding|without|except(?: for)?|not|hide|ignor(?:e|ing)|omit(?:ting)?|leav(?:e|ing) out|but not|minus|drop(?:ping)?|skip(?:ping)?|exclude|disregard(?:ing)?|bar(?:ring)?|sans|not counting|don't count|do not count|excl\.?)"

SAVING = (
    rule(
        "intent",
        r"(?:like|have|make|create|produce|generate|build|prepare|put|turn|get|give|need|want|hand|send|dump|write|pull)(?: me| us| all| everything| it| to have| them| that| these| those)*"
        r"(?: into| in| to| as| onto)? (?:a|an|one|my|the) (?:new |single |separate |nice )?(?:file|layer|dataset|shape ?file|geopackage|gpkg|geojson|csv|kml|spreadsheet|download)(?: (?:of|with|containing|from|for))?|"
        r"(?:as|in|into|to) (?:a |an |one )?(?:new |single |separate )?(?:geojson|geopackage|gpkg|shape ?file|csv|kml|file|excel|spreadsheet)(?: format| file)?|"
        r"(?:make|create) (?:a|an|one) (?:copy|extract|subset)(?: of| with)?|backup|dump",
        "export_selection",
    ),
)

TURNS = (
    rule("intent", r"(?:what(?:'s| is| are) )?(?:the )?differences? between(?= ·)", "describe"),
    rule("hint", r"(?:rejected|confirmed|unsure|reviewed|unreviewed)(?: ones)? (?:vs\.?|versus|compared (?:to|with)) (?:the )?(?:rejected|confirmed|unsure|reviewed|unreviewed)", ("group_by_field", {"by": "review"})),
    rule("intent", rf"^(?:(?:and|so) )?what(?:'s| all| has| have| was| were| is| are| got)*(?: been| being| now)*(?= (?:{_DONE})(?!\w)(?! (?:building|house|road|street|home|structure|object|change|feature)))", "describe"),
    rule("ask", rf"(?:not|never|\w+n't)(?: been| being| yet| ever| actually| really| got| get)* (?:{_DONE}|torn down|pulled down|knocked down)(?! ·)", "undone"),
    rule(
        "where",
        r"(?:are|is|were|was|have|has|been) (?:we|they|people|you|developers|anyone|anybody|someone|somebody|folks)(?: still| been)* (?:building|constructing|developing)|"
        r"construction (?:activity|activities|work|works|boom|spree|projects?)|built over|building going on|(?:we|they|people|anyone|anybody|someone|somebody) (?:(?:have|has) )?(?:built|build)|"
        r"newly[- ]built(?= in| on| within|$)",
        {"class_name": "building", "action": "appeared"},
    ),
    rule(
        "where",
        r"(?:being |been |was |were |get |got |have been |has been )?(?:taken|ripped|dug|torn|pulled|knocked|broken|plowed|ploughed|stripped|wiped|took|taking|take|tear|tearing|pull|pulling|knock|knocking|brought|bring)(?: (?:it|them|these))? (?:out|up|away|down|off)|"
        r"(?:went|go|gone|going|goes|gone) (?:missing|away|down)|(?:there )?no (?:longer|more)(?! than)(?: (?:exist|there|stand|standing|here|present|around|visible))?|(?:are|is|were|was)(?: not|n't) (?:there |standing |around )?(?:any ?more|any longer)|"
        r"not (?:there |exist |standing )?any ?more|ceased to exist|(?:made|make) way|given way|used to be there|bit the dust|cease to exist",
        {"action": "disappeared"},
    ),
    rule(
        "where",
        r"(?:going|coming|shooting|springing|popping|cropping|sprouting|gone|came|come|gone|cropped|shot|sprouted|thrown|turned|showed|shown|put|putting|sprang|run|threw|set|pop|popped|stuck) up(?! to)|"
        r"(?:weren't|wasn't|were not|was not) (?:there|here) (?:before|earlier|previously|in the (?:first|before|earlier|old) (?:image|picture))|didn't (?:use to )?exist before|"
        r"(?:cut|driven|carved|bulldozed|ploughed|pushed|run|running|going) through(?! (?:the )?(?:list|them))|added on|came into being|coming into being|gone up|for the first time",
        {"action": "appeared"},
    ),
    rule(
        "where",
        rf"(?:the )?rejected(?: ones| changes| objects| detections| features)?(?: (?:are|is|be|being|should be|to be))? (?:left out|excluded|omitted|removed|aside|not counted|ignored|skipped|dropped|out|not included)|"
        rf"{_OUT} (?:the |any |all |those |everything |been |what was |ones )*rejected(?: ones| changes| objects| detections)?|(?:non|un|not)[- ]rejected|(?:aren't|isn't|weren't|wasn't|not been|never) rejected",
        {"not_review": "rejected"},
    ),
    rule(
        "where",
        rf"(?:the )?confirmed(?: ones)? (?:left out|excluded|omitted|aside|not counted|ignored)|{_OUT} (?:the |any |all |those |been )*confirmed(?: ones)?|(?:haven't|hasn't|aren't|isn't|not) (?:yet )?(?:been )?confirmed(?: yet)?",
        {"not_review": "confirmed"},
    ),
    rule("where", rf"{_OUT} (?:the |any |all |those |been |marked )*unsure(?: ones)?", {"not_review": "unsure"}),
    rule(
        "where",
        r"(?:nobody|no one|noone|no-one|none of us|no human|no person|we)(?: has| have|'ve)?(?: not| never|n't)?(?: yet)? (?:has |have )?(?:yet )?(?:reviewed|checked|controlled|looked at|judged|verified|inspected|validated|assessed)(?: yet| so far)?|"
        r"(?:haven't|hasn't|weren't|wasn't|aren't|isn't|not|never|have not|has not|were never|yet)(?: yet)?(?: been| to be)? (?:reviewed|checked|looked at|judged|verified|inspected|validated|assessed|examined|seen by (?:anyone|a human|a person))(?: yet| by (?:anyone|anybody|a human|a person|us))*|"
        r"(?:un-?checked|un-?verified|un-?validated|un-?inspected|not? yet reviewed)|(?:still )?(?:open|outstanding|pending|waiting|due|left|remaining|to do)(?: for| in| to)?(?: the)? (?:review|be reviewed|be checked|check)|(?:no|without(?: any| a)?|lacking) (?:review|verdict)(?: yet| status)*|review (?:pending|outstanding)",
        {"review": "none"},
    ),
    rule("where", r"(?:did )?(?:the |our |any )?(?:reviewers?|we|people|they|humans?|users?)(?: have| has| did)? reject(?:ed)?", {"review": "rejected"}),
    rule("where", r"(?:did )?(?:the |our |any )?(?:reviewers?|we|people|they|humans?|users?)(?: have| has| did)? confirm(?:ed)?", {"review": "confirmed"}),
    rule("where", r"(?:already |been |has been |have been |were |was )*(?:reviewed|controlled|looked over|(?:checked|seen|assessed|judged|looked at|examined|inspected|vetted|gone over|gone through|screened)(?: already)? by (?:a|the|our|any) (?:person|user|expert|analyst|colleague|human|reviewers?|team))(?! as)(?!(?: ·)* (?:as )?(?:confirmed|rejected|unsure))", {"not_review": "none"}),
    rule("where", r"(?:been |as )?(?:approved|accepted|verified|validated)", {"review": "confirmed"}),
    rule("where", r"false (?:positives?|alarms?|detections?)|(?:been |as )?(?:thrown out|dismissed|refused|discarded)", {"review": "rejected"}),
    rule("where", r"(?:as )?(?:uncertain verdict|undecided|marked with a question mark)", {"review": "unsure"}),
    rule("where", r"(?:(?:in|of|with|the|as|is|are|from) )*(?:class|category|type) other|(?:the )?(?:other|remaining) (?:class|category|stuff)|(?:the )?others(?= |$)", {"class_name": "other"}),
    rule(
        "hint",
        rf"(?:the |what's the |what is the )*(?:median|typical) {SCORE}(?: of| for)?",
        ("measure", {"quantity": "score", "statistic": "median"}),
    ),
    rule(
        "hint",
        rf"(?:the |what's the |what is the )*(?:average|mean) {SCORE}(?: of| for)?|how (?:certain|confident|sure|reliable) (?:are|is|were)(?: you| we| the model| they| the)*(?: (?:about|of|on|with))?(?=.* on average| ?$)",
        ("measure", {"quantity": "score", "statistic": "mean"}),
    ),
    rule(
        "intent",
        r"what(?:'s| has| have| is| was| all)* (?:been )?(?:happened|happening|going on|up(?= in| with)|changed|different|the (?:story|situation|picture|state of play)(?: here| with| of| in| for)*)|"
        r"(?:a |an |the |in |me |one |few |two |2 |3 |three |couple of )*(?:short |brief |quick |concise )*(?:lines?|sentences?|paragraphs?|words|prose|rundown|recap|report|write-?up|run-?down|gist|synopsis)(?: (?:on|about|of|for|describing|summing up))+(?: what)?|"
        r"(?:the )?(?:gist|big picture|rundown|recap|run-?down|highlights|key changes|main changes|write-?up|synopsis)(?: of| on)?|(?:in )?(?:one|a|two|2|three|3|few) (?:short )?(?:sentence|sentences|line|lines|words|paragraph)|"
        r"(?:tell|told)(?: me| us)?(?: a bit| more| something| all| everything)? about|walk me through|talk me through|fill me in(?: on)?|brief me(?: on)?|characteri[sz]e|outline(?= the changes| what)|report (?:on|about)|sum up|recap|any news(?: from| in| on| about)?",
        "describe",
    ),
    rule("where", r"(?:new )?construction(?: sites?)?(?! of)", {"class_name": "building", "action": "appeared"}),
    rule("where", r"(?:the |this |our )?(?:town|city|village|place|area|municipality|settlement|it) (?:is |has been |has )?(?:growing|expanding|grows?|expand|grown|sprawling)", {"class_name": "building", "action": "appeared"}),
    rule("hint", r"most (?:common|frequent|often|numerous|prevalent|widespread|usual)(?: kind| type)?", ("which", {"order": "most", "limit": 1}), ("group_by_field", "group_by_polygons")),
    rule("hint", r"least (?:common|frequent|often|numerous)", ("which", {"order": "fewest", "limit": 1}), ("group_by_field", "group_by_polygons")),
    rule("versus", rf"(?:more|fewer|less) (?:(?:{_DONE}) )?(?P<tn>{alternatives(words.KNOWN_NOUNS)})(?: that| which| were| was| are| have| has| been| got| being| we| they)*(?: (?:{_DONE}))?(?: down| up)? than (?:were |was |have been |we |they |the )*(?:{_DONE})(?: down| up)?(?: ones?| (?:{alternatives(words.KNOWN_NOUNS)}))?"),
    rule("versus", rf"(?:{_DONE})(?: (?P<tn>{alternatives(words.KNOWN_NOUNS)}))? (?:vs\.?|versus|against|compared (?:to|with)|relative to) (?:the )?(?:{_DONE})(?: (?P<tv>{alternatives(words.KNOWN_NOUNS)}|ones))?"),
    rule("skip", r"(?:a |the )?(?:bigger|smaller|larger|wider|different|another|new) (?:circle|radius|distance|tolerance|buffer|limit)|circle|radius|buffer|make (?:it|that)|instead(?: of)?"),
)  # fmt: skip

SCORES = (
    rule("limits", rf"{LESS} (?P<n>0?\.\d+|\d+(?:\.\d+)?(?=(?P<pc> ?%)))(?: ?%)?(?! ?(?:m|km|ha|hectares?|square|met|kilo)\w*)", ("max", "score")),
    rule("limits", rf"{MORE} (?P<n>0?\.\d+|\d+(?:\.\d+)?(?=(?P<pc> ?%)))(?: ?%)?(?! ?(?:m|km|ha|hectares?|square|met|kilo)\w*)", ("min", "score")),
    rule("limits", rf"{SCORE} (?:of )?(?P<n>0?\.\d+|\d+(?=(?P<pc> ?%)))(?: ?%)?(?: or (?:more|above|higher|better)|\+| and (?:up|above))", ("min", "score")),
    rule("limits", rf"{SCORE} (?:of )?(?P<n>0?\.\d+|\d+(?=(?P<pc> ?%)))(?: ?%)?(?: or (?:less|below|lower|worse)| and (?:down|below))", ("max", "score")),
)  # fmt: skip
"""Limits of a score that do not say so."""

AMOUNTS = (rule("amount", rf"(?:to )?{N} ?{LU}"),)
"""Metres alone, in a follow-up."""
