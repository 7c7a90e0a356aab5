"""The English words by which a title says who takes part: what persons do, what is done together, and what they are."""

from __future__ import annotations

from typing import Final

from service.analysis.outright import ATTENDING, DAYS, HOLDING


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeou" else verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeou" else verb + "ed"


_IRREGULAR: Final = {
    "be": "was", "begin": "began", "break": "broke", "bring": "brought", "cast": "cast", "come": "came",
    "cut": "cut", "drive": "drove", "find": "found", "fly": "flew", "get": "got", "give": "gave", "go": "went",
    "hold": "held", "hug": "hugged", "keep": "kept", "lay": "laid", "lead": "led", "leave": "left", "make": "made",
    "meet": "met", "oversee": "oversaw", "pay": "paid", "plan": "planned", "put": "put", "read": "read",
    "ride": "rode", "say": "said", "see": "saw", "send": "sent", "set": "set", "shake": "shook", "sit": "sat",
    "speak": "spoke", "spend": "spent", "spot": "spotted", "stop": "stopped", "take": "took", "tell": "told",
    "throw": "threw", "travel": "travelled", "wrap": "wrapped", "write": "wrote",
}  # fmt: skip

PRESENT: Final = _words(
    """accept address appear arrive ascend attend bid board break bring cast celebrate chair check cheer climb come
    comfort commemorate commission conclude conduct confer consult convene convey cross cut decorate deliver depart
    dine direct discuss drive embark end enjoy enter examine exchange fly get give go guide hand head hold
    inaugurate inspect join kick land launch lay lead learn leave look make mark mourn observe offer open oversee
    participate pay perform plant pose present preside put reach read reappear receive resume return review ride see
    shake sign sit speak spend stage stand start steer stop supervise survey take taste test throw toast tour travel
    unveil view visit vote walk watch wrap"""
)
"""What who is there does."""

MEETING: Final = _words("accompany embrace entertain escort greet host hug join meet receive welcome")
"""What is done with whom it is done to."""

SAYING: Final = _words(
    """accuse admit advise agree announce apologise apologize appeal appoint approve ask award back blame blast call
    cancel choose claim condemn confirm congratulate consider criticise criticize declare decry demand denounce deny
    describe dismiss emphasise emphasize express fire hail honor honour hope insist instruct invite issue lambast
    laud mock move name need nominate note order pick pledge postpone praise promise promote propose push reaffirm
    reiterate reject remember rename replace replicate reply respond rule sack salute say seek send signal slam
    stress suggest tell thank threaten urge vow want warn wish write"""
)
"""What is said or sent, so that nobody whom it names need be there."""

VERBS: Final = PRESENT | MEETING | SAYING
THIRD: Final = {_third(verb): verb for verb in VERBS}
PAST: Final = {_IRREGULAR.get(verb, _past(verb)): verb for verb in PRESENT | MEETING} | {
    _IRREGULAR.get(verb, _past(verb)): verb
    for verb in _words("brief hope insist pledge promise say send spot vow warn write")
}
"""Of what is said only what is hardly ever said of somebody: "praised" may be done to who stands before it; of what is
done to somebody what is done to who is there."""
DOUBTFUL: Final = _words(
    """cast celebrated checked commissioned cut decorated directed examined guided handed held kept launched led
    left made mourned observed offered paid presented put read set stopped tested"""
)
"""Of what was done what may have been done to who stands before it, unless it says behind it to what: "left Ayton"."""

GOING_ON: Final = {(verb[:-1] if verb.endswith("e") and verb[-2] != "e" else verb) + "ing": verb for verb in VERBS}

BEING: Final = _words("are be been being is was were")
AUXILIARIES: Final = BEING | _words("about due expected had has have may scheduled set slated to will would")
ADVERBS: Final = _words("again also both briefly finally first jointly just once personally publicly then together")

TOGETHER: Final = _words(
    """banquet chat consultations conversation dinner handshake lunch luncheon meeting meetings negotiations phone
    photo photos reception session summit talks walk"""
)
"""What is had with somebody."""

RECEIVING: Final = _words("banquet dinner farewell luncheon reception welcome")
"""What is given for who comes; so is a ceremony called so."""

ACTS: Final = TOGETHER | _words(
    """address appearance arrival attendance climb departure guidance inspection journey remarks return ride speech
    stay tour trip visit visits voyage"""
)
"""What somebody does who is there: "his visit", "a visit by him", "a meeting of theirs"."""

COMING: Final = TOGETHER | _words("arrival departure reception return stay trip visit welcome")
"""What is *of* who does it, or of who comes: an inspection is of a farm."""

STANDING_THERE: Final = _words(
    """appearance attendance climb drill guidance inspection launch laying parade performance photo ride test tour
    visit visits walk"""
)
"""What those do together who are said to be with somebody."""

DONE_BY: Final = _words(
    """accompanied attended chaired escorted flanked greeted guided hosted joined observed overseen presided
    received supervised watched welcomed"""
)
"""What is done by who is there, whatever it is done to."""

DONE_TO: Final = _words("accompanied escorted flanked greeted joined photographed received seen welcomed")
"""What is done to who is there."""

WRITTEN: Final = _words("cable card letter message note statement telegram wreath")
"""By these one greets who is far away."""

LED: Final = _words("headed led")
SENT: Final = _words("delegation delegations envoys group mission officials squad team troupe")

HAVING: Final = _words("attend begin conclude give have hold host join open start")
"""Which verbs say that what is had together is had; others offer it, or discuss it."""

THERE: Final = _words(
    """appear arrive attend climb confer consult cut depart dine fly guide inaugurate inspect land lay leave observe
    open oversee pay plant pose return ride sit speak stand tour travel view visit walk watch"""
)
"""What those do together who are said to be with who does it."""

TIES: Final = _words(
    """accord agreement alliance anger bond bonds contact contacts cooperation deal deals dialogue feud friendship
    link links pact partnership patience rapport relations relationship row solidarity tie ties treaty unity"""
)
"""What is *with* who need not be there."""

DEPICTING: Final = _words(
    """anniversary birthday book books coin coins details documentary exhibition film films footage hopes image
    images memories monument mural museum novel photos picture pictures plan plans play poem portrait portraits
    preparations prospects song songs stamp stamps statue statues talk video videos"""
)
"""What is of something else, which need not happen."""

REACTIONS: Final = _words(
    """agenda aired angers be broadcast canceled cancelled cards commemorated depicted doubt draws drew expected
    fuels hailed highlights hits horizon if irks likely limbo marked off planned possible postponed praised
    published put question raised raises recalled remembered screened sets shown signals sparked sparks stokes table
    underlines underscores unlikely would"""
)
"""What is said of an act: then it may be long past, or never be."""

OUTSIDE: Final = _words(
    """about after against ahead amid as because before behind beyond despite during following from honor honoring
    honour honouring if like marking named over regarding since than that though toward towards under unlike until
    upon way when where which while who whose without"""
)
"""Words with which begins what a title says besides: who is named there need not be there."""

PREPOSITIONS: Final = OUTSIDE | _words("at between by for in into near of off on onto to via with within")
AND: Final = _words("and")

UNREAL: Final = _words(
    """able eager hope hopeful hopes keen likely ready refuses seek seeks unable unlikely unwilling want wants
    willing"""
)
"""After these nothing has been done yet."""

RANKS: Final = _words(
    """admiral adviser advisor aide ambassador brother captain chair chairman chairperson chairwoman chancellor
    chief colonel commander comrade consul counterpart daughter deputy diplomat director envoy father foreign
    general governor head heir husband king lady lawmaker leader leaders marshal mayor minister mother mr mrs ms
    negotiator officer official officials premier president prince princess queen secretary sister son speaker
    spokesman spokesperson spokeswoman successor uncle wife"""
)
"""What a name is told with, before it."""

DESCRIBING: Final = _words(
    """a acting army assembly cabinet culture dear defence defense east economy elder finance first foreign former
    great her his its military navy new newly north northern outgoing parliament party prime respected ruling
    security senior south southern state supreme teenage the their top vice visiting west young younger"""
)
COMPANY: Final = _words("aides children couple crowd delegation entourage family officials others soldiers workers")
ENTOURAGE: Final = RANKS | DESCRIBING | COMPANY
"""Who is told beside a name, without one: "his daughter"."""

FOLLOWING: Final = PREPOSITIONS | HOLDING | ATTENDING | DAYS | ADVERBS | AND | BEING | _words("& but here there will")
"""What may follow a name that stands for itself, and not for what is called after it."""
