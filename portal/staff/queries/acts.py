"""The audit log in plain words: a sentence for each act, whichever slice writes it down. A test finds acts without."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l
from portal.languages import moment
from portal.staff.queries.words import PURPOSES, ROLE_WORDS, about_words

ACTS = {
    "sign_in": _l("%(who)s signed in"),
    "sign_in.wrong": _l("A wrong password or code for %(who)s"),
    "sign_in.locked": _l("Too many tries to sign in as %(who)s"),
    "sign_in.subject": _l("%(who)s connected their company account"),
    "sign_out": _l("%(who)s signed out"),
    "prove": _l("%(who)s showed again who they are"),
    "sessions.end": _l("%(who)s signed out their other browsers"),
    "account.change": _l("%(who)s changed their account"),
    "account.password": _l("%(who)s took another password"),
    "account.second_factor": _l("%(who)s connected another phone"),
    "account.codes": _l("%(who)s made new recovery codes"),
    "staff.invite": _l("%(who)s invited %(thing)s"),
    "staff.invite_again": _l("%(who)s invited %(thing)s again"),
    "staff.join": _l("%(who)s took their place at the desk"),
    "staff.reset": _l("%(who)s let %(thing)s set up password and phone anew"),
    "staff.set_up": _l("%(who)s set up password and phone anew"),
    "staff.end": _l("%(who)s ended the account of %(thing)s"),
    "staff.forget": _l("%(who)s took out name and addresses of %(thing)s"),
    "role.change": _l("%(who)s gave %(thing)s another role"),
    "sender.ask": _l("%(who)s asked to send under the name of %(thing)s"),
    "sender.give": _l("%(who)s let mail go out under their name"),
    "sender.withdraw": _l("%(who)s took back that mail goes out under their name"),
    "house.live": _l("%(who)s went live"),
    "house.approval": _l("%(who)s turned approval by a second person on or off"),
    "house.spreading": _l("%(who)s turned spreading over hours on or off"),
    "audit.export": _l("%(who)s took a copy of the audit log"),
    "piece.start": _l("%(who)s began %(thing)s"),
    "piece.move": _l("%(who)s moved where %(thing)s is edited"),
    "piece.delete": _l("%(who)s deleted %(thing)s"),
    "piece.restore": _l("%(who)s brought back earlier words of %(thing)s"),
    "insight.publish": _l("%(who)s published %(thing)s"),
    "insight.unpublish": _l("%(who)s took %(thing)s off the public pages"),
    "insight.remove": _l("%(who)s removed %(thing)s"),
    "opening.publish": _l("%(who)s published the opening %(thing)s"),
    "opening.change": _l("%(who)s published changes of the opening %(thing)s"),
    "opening.take_back": _l("%(who)s took back the plan to publish %(thing)s"),
    "opening.close": _l("%(who)s closed the opening %(thing)s"),
    "opening.reopen": _l("%(who)s opened %(thing)s again"),
    "opening.remove": _l("%(who)s deleted the draft of the opening %(thing)s"),
    "opening.settle": _l("%(who)s said what a board leaves unclear of %(thing)s"),
    "board.close": _l("%(who)s closed what was gone from the board %(thing)s"),
    "segment.create": _l("%(who)s made the segment %(thing)s"),
    "segment.change": _l("%(who)s changed the segment %(thing)s"),
    "segment.delete": _l("%(who)s deleted the segment %(thing)s"),
    "newsletter.test": _l("%(who)s sent a test of %(thing)s"),
    "newsletter.delete": _l("%(who)s deleted %(thing)s"),
    "approval.ask": _l("%(who)s asked a colleague to approve %(thing)s"),
    "approval.yes": _l("%(who)s said yes to %(thing)s"),
    "approval.no": _l("%(who)s said no to %(thing)s"),
    "campaign.schedule": _l("%(who)s planned %(thing)s"),
    "campaign.send": _l("%(who)s sent %(thing)s"),
    "campaign.unschedule": _l("%(who)s took back the plan for %(thing)s"),
    "campaign.pause": _l("%(who)s paused %(thing)s"),
    "campaign.resume": _l("%(who)s let %(thing)s go on"),
    "campaign.cancel": _l("%(who)s cancelled %(thing)s"),
    "letter.send": _l("%(who)s wrote a letter to a member"),
    "letter.test": _l("%(who)s sent themselves a letter to look at"),
    "note.write": _l("%(who)s wrote a note about a member"),
    "note.remove": _l("%(who)s took away a note about a member"),
    "detail.remember": _l("%(who)s wrote down what to remember of a member"),
    "detail.forget": _l("%(who)s took away what was remembered of a member"),
    "reply.handled": _l("%(who)s dealt with an answer"),
    "reply.reopened": _l("%(who)s took up an answer again"),
}
KINDS = {
    "recruiter": _l("Colleagues and accounts"),
    "house": _l("The house"),
    "issue": _l("Newsletters"),
    "campaign": _l("Sendings"),
    "approval": _l("Approvals"),
    "insight": _l("Insights"),
    "job": _l("Openings"),
    "board": _l("Boards"),
    "segment": _l("Segments"),
    "letter": _l("Letters"),
    "note": _l("Notes"),
    "detail": _l("What is remembered"),
    "reply": _l("Answers"),
    "member": _l("Members"),
    "audit": _l("This log"),
}
_DETAILS = {
    "before": _l("before"),
    "after": _l("after"),
    "role": _l("role"),
    "way": _l("how"),
    "by": _l("by"),
    "what": _l("what"),
    "count": _l("number"),
    "given": _l("handed over"),
    "to": _l("given to"),
    "on": _l("on"),
    "changed": _l("changed"),
    "purpose": _l("for"),
    "about": _l("about"),
    "segment": _l("segment"),
    "send_at": _l("for"),
    "spread_hours": _l("over hours"),
    "stopped": _l("not sent"),
    "reason": _l("reason"),
    "home": _l("edited in"),
    "format": _l("format"),
}


def offered() -> list[tuple[str, str]]:
    """Every act, and what it is called, in the order of the words."""
    return sorted(
        ((name, str(act) % {"who": "…", "thing": "…"}) for name, act in ACTS.items()), key=lambda pair: pair[1]
    )


def sentence(action: str, who: str | None, thing: str) -> str:
    """What happened. `who`: None for a command or the worker."""
    template = ACTS.get(action)
    name = who or _("A command")
    if action in {"sign_in.wrong", "sign_in.locked"} and who is None:
        name = _("an address that nobody here has")
    return str(template) % {"who": name, "thing": thing} if template else f"{name}: {action} {thing}"


def details(given: Mapping[str, Any], people: Mapping[int, str], zone: str) -> list[tuple[str, str]]:
    """What was noted with it, as pairs to read; nothing of what was not said, or is in the sentence. `people`: names by
    id; `zone`: the reader's."""
    said = [(key, value) for key, value in given.items() if key != "issue" and value not in (None, "", [])]
    said = [(key, value) for key, value in said if value is False or value != 0]
    return [(str(_DETAILS.get(key, key)), _value(key, value, people, zone)) for key, value in said]


def _value(key: str, value: Any, people: Mapping[int, str], zone: str) -> str:
    if key == "send_at":
        return moment(datetime.fromisoformat(value), zone)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "to" and isinstance(value, int):
        return people.get(value, str(value))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if key == "about":
        return about_words(str(value))
    return str(ROLE_WORDS.get(value) or PURPOSES.get(value) or value)
