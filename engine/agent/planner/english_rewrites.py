"""English signs, numbers and turns of phrase, and how the planner's patterns know them."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re

SHORT = {
    "bldg": "building", "bldgs": "buildings", "bld": "building", "blds": "buildings",
    "bdg": "building", "bdgs": "buildings", "bldng": "building", "bldngs": "buildings",
    "rd": "road", "rds": "roads", "hse": "house", "hses": "houses", "sqm": "m²", "qm": "m²",
    "sqkm": "km²", "sqkms": "km²", "sqms": "m²", "mtr": "metres", "mtrs": "metres", "kms": "km",
    "hec": "ha", "avg": "average", "ave": "average", "med": "median", "pls": "please",
    "plz": "please", "thx": "thanks", "u": "you", "ur": "your", "pct": "percent", "conf": "confidence",
    "approx": "about", "tot": "total", "teh": "the", "al": "all", "nr": "number",
    "num": "number", "qty": "number", "cnt": "count", "desc": "descending",
    "asc": "ascending", "max": "at most", "min": "at least", "demo": "demolished",
    "demos": "demolished", "dist": "distance", "btw": "by the way", "thru": "through", "cos": "because",
    "adn": "and", "hwo": "how", "hte": "the", "fo": "of", "ot": "to", "taht": "that", "wiht": "with",
    "ahve": "have", "fro": "for", "frm": "from", "wich": "which", "wat": "what", "wher": "where",
    "neu": "new", "nwe": "new", "ne": "north-east", "nw": "north-west", "sw": "south-west",
    "se": "south-east", "yr": "year", "yrs": "years", "pa": "per year",
    "ctr": "centre", "chg": "change", "chgs": "changes", "objs": "objects", "obj": "object",
    "dwntwn": "downtown", "aoi": "area", "shw": "show", "hw": "how", "howmany": "how many", "wht": "what",
    "whats": "what's", "wheres": "where is", "hows": "how is", "isnt": "isn't", "arent": "aren't",
    "wasnt": "wasn't", "werent": "weren't", "dont": "don't", "doesnt": "doesn't", "didnt": "didn't",
    "hasnt": "hasn't", "havent": "haven't", "cant": "can't", "wont": "won't", "thats": "that's",
    "theres": "there's", "ive": "i've", "weve": "we've", "id": "i'd", "im": "i'm", "gimme": "give me",
    "lemme": "let me", "wanna": "want to", "gotta": "have to", "gonna": "going to", "dunno": "not sure",
    "cuz": "because", "coz": "because", "bcz": "because", "plse": "please",
    "kindly": "please", "ppl": "people", "b4": "before", "abt": "about", "wud": "would", "cud": "could",
    "nd": "and", "frm.": "from", "rvr": "river", "yday": "yesterday", "hv": "have", "hav": "have",
    "bin": "been", "wer": "were", "dis": "this", "dem": "them", "dat": "that", "tht": "that",
    "bw": "between", "b/w": "between", "betw": "between", "w/in": "within", "wthn": "within",
    "wn": "within", "dwn": "down", "tp": "top", "btm": "bottom", "lft": "left", "rght": "right",
    "cntr": "centre", "nth": "north", "sth": "south", "msr": "measure", "lrgst": "largest",
    "bggst": "biggest", "smllst": "smallest", "lngst": "longest", "stat": "statistics", "erea": "area",
    "lenght": "length", "lenghts": "lengths", "heigth": "height", "dmlshd": "demolished",
    "demolsh": "demolished", "blding": "building", "bldings": "buildings", "strt": "street",
    "strts": "streets", "str": "street", "ave.": "avenue", "grp": "group", "ct": "count", "tho": "though",
    "whch": "which", "wch": "which", "evry": "every", "mny": "many", "mch": "much", "yea": "yes",
    "th": "the", "hecatres": "hectares", "hecters": "hectares", "hectars": "hectares", "apprx": "about",
    "mtrs.": "metres", "sep": "separately", "incl": "including", "info": "information", "pic": "picture",
    "pics": "pictures", "img": "image", "imgs": "images", "rej": "rejected", "unrev": "unreviewed",
    "bt": "but", "pr": "per", "nxt": "next", "cld": "could", "wld": "would", "prob": "probability", "mid": "middle",
    "wot": "what", "nt": "not", "tol": "tolerance", "wots": "what's", "wats": "what's", "hapend": "happened", "quantum": "number", "alright": "ok", "happend": "happened", "hapened": "happened", "hapens": "happens", "sinse": "since", "sins": "since", "stil": "still",
    "leest": "least", "nevr": "never", "insted": "instead", "neer": "near", "bigest": "biggest", "lagest": "largest", "wether": "whether",
    "tolerence": "tolerance", "geografic": "geographic", "anum": "annum", "scroe": "score", "conut": "count", "exprot": "export", "hoems": "homes", "huoses": "houses",
    "neerest": "nearest", "evry1": "everyone", "shud": "should", "wich1": "which one", "alot": "a lot", "wan": "want", "lemmeknow": "let me know", "thier": "their",
    "smal": "small", "larg": "large", "rodes": "roads", "bilding": "building", "bildings": "buildings", "howses": "houses", "howse": "house", "streat": "street", "streats": "streets",
    "stretes": "streets", "metr": "metre", "metrs": "metres", "kilometr": "kilometre", "hektar": "hectares", "hektars": "hectares", "quadrat": "square", "destroid": "destroyed", "demolised": "demolished",
}  # fmt: skip
"""What abbreviations and the commonest slips of short words stand for."""

_N = r"(\d+(?:\.\d+)?)"
_LENGTHS = r"m|km|metres?|meters?|kilometres?|kilometers?|feet|foot|ft|yards?|yds?|miles?"
_AREAS = r"m²|m2|ha|hectares?|km²|km2|square (?:kilo)?met(?:re|er)s?|acres?|square (?:feet|foot|yards?|miles?)|sq\.? ?(?:ft|feet|yds?)|sqft"
_PURPOSES = (
    r"thesis|report|reports|reporting|meeting|council|board|boss|manager|client|customer|presentation|slides?|paper|"
    r"article|newsletter|press|record|records|files|minutes|statistics|colleagues?|team|office|department|"
    r"lesson|students?|teacher|professor|project|work|review meeting|audit|budget|planning|"
    r"committee|mayor|minister|ministry|public|reader|readers|audience|layperson|laypeople|layman|beginner|dummies|friend|"
    r"neighbours?|neighbors?|curiosity|inspection|follow-up|surveyors?|field (?:team|crew|work|trip|survey)|qa|qc|"
    r"reference|context|orientation|comparison|publication|website|blog|post|tweet|talk|speech|dashboard|poster|"
    r"application|appendix|annex|chapter|summary|briefing|handout|homework|assignment|desk|use|purposes?|sake|"
    r"class tomorrow|council meeting|annual report|final report|record's sake"
)
REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        # signs
        (r"(?<!\w)where (?=(?:class|action|score|area|length|review)(?!\w))", "with "),
        (r"\s*(?:>=|≥|=>)\s*", " at least "),
        (r"\s*(?:<=|≤|=<)\s*", " at most "),
        (r"\s*(?:!=|<>|≠)\s*", " not "),
        (r"(?<![-<])\s*>\s*", " more than "),
        (r"\s*<(?![->])\s*", " less than "),
        (r"\s*={1,2}\s*", " "),
        (r"(?<!\w)['\"`](\w[\w ]*)['\"`](?!\w)", r"\1"),
        (r"\s+&&?\s+|\s+\+\s+", " and "),
        (r"~\s*(?=\d)", ""),
        (r"\b[xX] ?°", "°"),
        # numbers
        (r"(?<![\w.,])(\d{1,3})[  '’](\d{3})(?![\d.,])", r"\1\2"),
        (r"(?<![\d.,])(\d{1,3}),(\d{3})(?![\d,])", r"\1\2"),
        (r"(?<![\d.,])(\d{1,3}),(\d{3}),(\d{3})(?![\d,])", r"\1\2\3"),
        (rf"(?<![\d.,])(\d+),(\d{{1,2}})(?= ?(?:{_LENGTHS}|{_AREAS}|%)(?!\w))", r"\1.\2"),
        (r"(?<![\w.,])0,(\d{1,2})(?![\w,])", r"0.\1"),
        (r"(?<![\w])\.(\d)", r"0.\1"),
        (r"(?<![\w.])(\d+)k(?!\w)", r"\g<1>000"),
        (r"(?<![\w.])(\d+)\.(\d)k(?!\w)", r"\1\g<2>00"),
        (rf"(?<!\w)half an? (?={_LENGTHS}|{_AREAS})", "0.5 "),
        (rf"(?<!\w)(?:a )?half[- ](?={_LENGTHS}|{_AREAS})", "0.5 "),
        (rf"(?<!\w)(?:a )?quarter(?: of)? (?:an? )?(?={_LENGTHS}|{_AREAS})", "0.25 "),
        (rf"(?<!\w)three quarters of an? (?={_LENGTHS}|{_AREAS})", "0.75 "),
        (r"(?<=[\d ])(?:sq\.? ?ft\.?|sqft|sf)(?!\w)", "square feet"),
        (r"(?<![\w.])(\d+) and a half(?!\w)", r"\1.5"),
        (r"(?<!\w)(?:one|an?) and a half(?!\w)", "1.5"),
        (rf"(?<!\w)an? (hundred|thousand)(?= (?:{_LENGTHS}|{_AREAS})(?!\w))", r"1 \1"),
        (r"(?<!\w)1 hundred(?!\w)", "100"),
        (r"(?<!\w)1 thousand(?!\w)", "1000"),
        (r"(?<!\w)(?:a )?couple(?: of)?(?= (?:m|km|met|kilo|hect|ha))", "2"),
        (rf"(?:(?<!\w)(?:of|from|between) )?(?<![\d.])(\d+(?:\.\d+)?) ?[-–] ?(\d+(?:\.\d+)?)(?= ?(?:{_LENGTHS}|{_AREAS})(?!\w))", r"between \1 and \2"),
        (rf"(?:(?<!\w)(?:of|from|between|measuring) )?(?<![\d.])(\d+(?:\.\d+)?)(?: ?(?:{_LENGTHS}|{_AREAS}))? ?(?:to|up to|until|through) ?(\d+(?:\.\d+)?)(?= ?(?:{_LENGTHS}|{_AREAS})(?!\w))", r"between \1 and \2"),
        # units
        (r"(?<![\w²])m ?(?:\^|\*\*) ?2(?!\w)", "m²"),
        (r"(\d) ?m ?(?:\^|\*\*) ?2(?!\w)", r"\1 m²"),
        (r"(?<!\w)km ?(?:\^|\*\*) ?2(?!\w)", "km²"),
        (r"(?<!\w)sq\.? ?m(?:et(?:er|re)s?|trs?)?\.?(?!\w)|(?<!\w)m\.? ?sq(?:uared?)?\.?(?!\w)|(?<!\w)met(?:re|er)s? squared(?!\w)", "m²"),
        (r"(?<!\w)sq\.? ?k(?:ilo)?m(?:et(?:er|re)s?)?\.?(?!\w)|(?<!\w)kilomet(?:re|er)s? squared(?!\w)|(?<!\w)km ?sq(?:uared?)?\.?(?!\w)", "km²"),
        (rf"(\d)(?=(?:{_LENGTHS}|{_AREAS})(?!\w))", r"\1 "),
        (rf"(?<=\d)-(?=(?:{_LENGTHS}|hectare|kilomet|square)(?![a-z]))", " "),
        (r"(\d) ?(?:square|sq) m(?!\w)", r"\1 m²"),
        (r"(?<=\d )(ha|m|km)\.(?!\w)", r"\1"),
        (r"(?<=\d )hectars?(?!\w)", "hectares"),
        (r"(?<=\d)\s*(?:%|per ?cent|percent)(?: points?)?", "%"),
        # points of the compass
        (r"(?<!\w)n(?= of (?!the area|the map))", "north"), (r"(?<!\w)s(?= of (?!the area|the map))", "south"),
        (r"(?<!\w)e(?= of (?!the area|the map))", "east"), (r"(?<!\w)w(?= of )", "west"),
        (r"(?<=\bin the )n(?!\w)|(?<=\bin )n(?!\w)", "north"), (r"(?<=\bin the )s(?!\w)|(?<=\bin )s(?!\w)", "south"),
        (r"(?<=\bin the )e(?!\w)|(?<=\bin )e(?!\w)", "east"), (r"(?<=\bin the )w(?!\w)|(?<=\bin )w(?!\w)", "west"),
        (r"(?<!\w)(north|south)[- ]?(east|west)(ern)?(?!\w)", r"\1-\2\3"),
        (r"(?<!\w)(north|south|east|west)(?:ern)?(?:ly|most)(?!\w)", r"\1ern"),
        (r"(?<!\w)(?:to the )?(north|south|east|west)(?:erly)? from(?= )", r"\1 of"),
        (r"(?<!\w)(?:city|town|village)[- ](?=cent(?:re|er)(?!\w))", ""),
        (r"(?<!\w)downtown(?!\w)", "centre"),
        # slips that are words of their own
        (r"(?<=\d )(m|km|metres|meters|kilometres|kilometers) form(?= )", r"\1 from"),
        (r"(?<=\d )(m|km|metres|meters|kilometres|kilometers) off (?=(?:the |a |our )?§)", r"\1 of "),
        (r"(?<!\w)(more|larger|bigger|less|smaller|longer|shorter|higher|lower|further|farther|fewer|greater) (?:then|as)(?= \d| a |n | half)", r"\1 than"),
        (r"(?<!\w)brand[- ]new(?!\w)", "new"), (r"(?<!\w)new[- ]?builds?(?!\w)", "new buildings"),
        (r"(?<!\w)(area|ground|land|surface) under (?=(?:the )?(?:new|buildings?|houses|housing|roads?|removed|demolished))", r"\1 of "),
        (r"(?<!\w)(?:short|brief|quick|concise|little|small|rough) (?=(?:summary|overview|description|report|list|recap|question|table))", " "),
        (r"(?<!\w)(?:low|high|poor|good)[- ](?:confidence|certainty|scoring|score)(?=.* (?:below|under|above|over|less than|more than|at least|at most) )", " "),
        (r"(?<=[a-z])-(?=(?:confidence|score|scoring|certainty|building|buildings|road|roads|house|houses|built|area)(?!\w))", " "),
        (r"(?<=[a-z]) ?/ ?(?=(?:yr|year|annum|§))", " per "), (r"(?<!\w)per yr(?!\w)", "per year"),
        (r"(?<!\w)w/ ?o(?!\w)", "without"), (r"(?<!\w)w/(?=\s)", "with"),
        (r"(?<!\w)(split|break|group|divide|cut) (?:it|them|this|that|everything)(?: all)? (?:up|down|out)?(?= by| per| into| for)", r"\1"),
        (r"(?<!\w)whatever (?:happened|changed)(?: to (?:it|them|those))?(?!\w)", " "),
        # wordings
        (r"(?<!\w)(?:the |our |this |my )?(?:town|city|village|area|map|image|scene|region|site|municipality|county)'s(?!\w)", "the"),
        (r"(?<!\w)in (?:the )?(?:total|whole|all|sum)(?!\w)|(?<!\w)all (?:together|in all|told)(?!\w)|(?<!\w)put together(?!\w)", " "),
        (r"(?<!\w)pretty please(?!\w)|(?<!\w)(?:just )?(?:for|out of) (?:fun|curiosity|interest|the record)(?!\w)|(?<!\w)(?:a )?(?:million|lot|bunch|ton)s? of thanks|(?<!\w)(?:many )?thanks(?: a (?:lot|bunch|million|ton)| in advance| so much| very much)?(?!\w)|(?<!\w)thank you(?: so much| very much| in advance| kindly)?(?= ?\S)", " "),
        (r"(?<!\w)a (?:little|bit)(?: bit)?(?: more)?(?= about| on)", " "),
        (r"(?<!\w)other ?:", "class other "),
        (r"(?<!\w)mapped (?:vs\.?|versus|and|or|against|/) unmapped ?:?", "compare "),
        (rf"(?<!\w)(?:close to|near(?:by)?(?: to)?|next to|around|along(?:side)?|by) ((?:the |a |any |our )?(?:§\w+|\w+ roads?|\w+ buildings?)),? \(?(?:(?:say|like|meaning|that is|that's|i mean|so|i\.?e\.?|maybe|about|let's say|meaning),? )*(?:(?:within|at most|less than|under|up to|closer than|max) )?({_N[1:-1]} ?(?:{_LENGTHS}))(?: away| from it| of it| at most| or less| or closer| or so| max| maximum| tops)?\)?(?!\w)", r"within \2 of \1"),
        (r"(?m)^(?:(?:ok|okay|well|right|alright|all right|so|now|and now|and then|then|next|also|oh|hm+|cool|great|nice|thanks|thank you|good|yes|yeah|no(?=,)|please|hi|hello|hey|hi there|hello there|good morning|dear all|hey there)[, ]+)+(?:and (?=how|which|what|where|show|list|the))?(?=\S)", ""),
        (r"(?<!\w)in (?:any|all|every) directions?(?!\w)", " "),
        (r"(?<!\w)forget (?:that|it|about it|about that|this)(?!\w)|(?<!\w)(?:never mind|scrap that|start over|new question)(?!\w)", " "),
        (r"(?<!\w)(?:that'?s|that is) all(?!\w)|(?<!\w)by the way(?!\w)|(?<!\w)one by one(?!\w)|(?<!\w)one (?:last|more|quick|other|final) (?:one|thing|question)(?!\w)", " "),
        (r"(?<!\w)(?:if|as|where) (?:you(?: can| could|'d)?|that's|that is|it's)(?: (?:possible|like|may|wouldn't mind|would|don't mind|ok|okay|can|could|at all))+(?!\w)", " "),
        (rf"(?<!\w)(?:for (?:the |my |our |a |an |this |his |her )?|(?:in|on|at) (?:my |our ))(?:tonight's |tomorrow's |today's |next week's )?(?:\w+ )?(?:{_PURPOSES})(?!\w)(?! (?:of|in|on|at)\b)", " "),
        (r"(?<!\w)so (?:that )?(?:i|we) can [^,;]*$", " "),
        (r"(?<!\w)to (?:go over|look at|inspect|visit|verify|double-check|digiti[sz]e|print)(?: (?:them|it|later|first|next|by hand|manually|myself|ourselves|on site|there))*$", " "),
        (r"(?<!\w)(?:in|at) (?:the )?(?:two|both|2) (?:images|dates|pictures|photos|epochs)(?!\w)|(?<!\w)between the (?:two |2 )?(?:images|dates|pictures|photos|epochs|surveys|rasters|years)(?!\w)|(?<!\w)since the (?:first|last|earlier|old|older|previous|before) (?:image|picture|photo|survey|flight|date|raster|time)(?!\w)|(?<!\w)(?:from|since) (?:the )?(?:before|first)(?: (?:image|picture|photo|raster))? to (?:the )?(?:after|second)(?: (?:image|picture|photo|raster))?(?!\w)", " "),
        (r"(?<!\w)field (class|action|score|area|length|review)(?!\w)", r"\1"),
        (r"(?<!\w)action (?:is |of |equals |being |type )?(appeared|disappeared|changed|new|removed|added)(?!\w)", r"\1 changes"),
        (r"(?<!\w)review(?:_status| status| state| flag|ed)? (?:is |of |equals |being )?(confirmed|rejected|unsure)(?!\w)", r"\1"),
        (r"(?<!\w)(?:flagged|marked|labell?ed|tagged|set|classified|classed|categori[sz]ed|typed|judged|filed|recorded)(?: as| to| under| with)? (?:the )?(?:class |category |label )?other(?!\w)|(?<!\w)class-other(?!\w)|(?<!\w)other-class(?!\w)", "class other"),
        (r"(?<!\w)(?:flagged|marked|labell?ed|tagged|set|classified|judged|deemed|rated|considered)(?: as| to)? (confirmed|rejected|unsure|unreviewed|other|buildings?|roads?)(?!\w)", r"\1"),
        (r"(?<!\w)review(?:_status| status| state)? (?:is |of |equals |being )?(?:none|null|empty|open|missing)(?!\w)", "unreviewed"),
        (r"(?<!\w)(at least|at most|minimum|maximum) (score|area|size|length|confidence)(?: of| is|:)? (?=\d)", r"\2 \1 "),
        (r"(?<!\w)minimum (?=\d)", "at least "), (r"(?<!\w)maximum (?=\d)", "at most "),
        (r"(?<!\w)score (?:value )?(?:of |is )?(?:at least|from) ", "score at least "),
    )
)  # fmt: skip
"""Applied in this order."""

DOTTED = re.compile(
    r"(?<!\w)(no(?=\. ?of)|nos|nr|i\.?e|e\.?g|p\.?a|approx|ca|resp|incl|excl|sq|max|min|avg|bldgs?|vs|dist|est|num|tot|abt|hrs?|dept|govt|mr|mrs|ms|dr|prof)\."
)
REMARK = re.compile(
    r"^(?:probably|presumably|perhaps|maybe|possibly|i |we |i'm|we're|i've|we've|these |those |they |it'?s |that'?s |"
    r"this is|there'?s (?:a|an|some|going)|will do|take your|any help|much|many|all the|in advance|regards|best|warm|kind|yours|no hurry|no need|whenever|thanks|thank|cheers|please|just|for |not sure|sorry|my |our |no rush|the boss|only asking|hope|bye|ta\b)"
)
STATEMENT = re.compile(
    r"^(?:so |and |well |ok |okay |right |oh |hm+ |now |hey |hi |hello )*(?:i|we|i'm|i've|i'd|we're|we've|we'd|my|our|it|it's|you|let|let's|"
    r"right|ok|okay|hi|hello|hey|dear|well|now|so|sorry|imagine|suppose|assume|as|since|because|given|thanks|"
    r"thank|please|pls|if|for|quick|one|another|next|forget|never mind|first|last|could|can|would|good|"
    r"say|actually|hm+|oh|listen|look|everyone|everybody|somebody|someone|people|now that|considering|seeing|being|having|speaking|"
    r"talking|in (?:view|light|preparation|connection|response|reply|case)|as part|by way|out of|to (?:start|begin|kick|finish|wrap|"
    r"sum|be|help|prepare|plan|settle|answer|check|understand|get|give|put|make|avoid|keep)|readers|students|residents|locals|quote|"
    r"headline|title|question|query|task|request|todo|to-do|step|part|stats|number crunching|reminder|note|context|background)\b"
)
PRONOUN = re.compile(
    r"(?<!\w)(of|from|to|in|inside|outside|within|on) (?:one of |any of |none of )?(?:it|them|there|those|these|that)(?!\w)"
)
SERIES = re.compile(
    rf"(?:within|than|over|under|below|above|beyond) (?P<numbers>\d+(?: ?(?:{_LENGTHS}|{_AREAS}))?(?:, ?\d+(?: ?(?:{_LENGTHS}|{_AREAS}))?)*,? and \d+)"
    rf" ?(?:{_LENGTHS}|{_AREAS})(?!\w)"
)
NARROWS = re.compile(
    r"(?<!\w)(?:not|no|n't|only|just|except|but|without|excluding|exclude|ignore|skip|never|none|nothing|unless|if|instead|don't|also|too|and|same)(?!\w)|"
    r"^(?:in|at|on|near|by|within|inside|outside|around|along|from|to|for|of|with|under|over|above|below|between|behind|beyond|off)\b"
)
