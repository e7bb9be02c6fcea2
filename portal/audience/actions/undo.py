"""Taking a change back: what is still as it left it becomes what it was before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.audience.actions.preferences import hold, save
from portal.audience.queries import preferences as queries
from portal.audience.queries.preferences import Preferences
from portal.members.models import Change, Member
from portal.members.queries import changes


@dataclass(frozen=True, slots=True)
class Undone:
    """`change`: what the undoing itself changed, None if it had been undone before or nothing is left of it.
    `kept`: preferences that were changed again since and so stay as they are. `after`: what holds now."""

    change: Change | None
    kept: Collection[str]
    after: Preferences


def undo(member: Member, id: int, wording: str, network: str, now: datetime) -> Undone | None:
    """Undo one change of this member's; None for a number that is none of theirs.

    A consent that was withdrawn is given anew, in the wording `wording`; one that was given is withdrawn.
    """
    member = hold(member.id)
    change = changes.of(member.id, id)
    if change is None:
        return None
    chosen = queries.of(member, now)
    if change.undone_at:
        return Undone(None, (), chosen)
    now_holds = queries.values(chosen)
    ours = [name for name in change.after if name in now_holds]
    back = {name: change.before[name] for name in ours if now_holds[name] == change.after[name]}
    new = save(member, back, wording, network, now, chosen=chosen) if back else None
    if new:
        change.undone_at = now
    return Undone(new, [name for name in ours if name not in back], queries.changed(chosen, back, now))
