"""This slice's doors for members and whoever holds a link, each with its guard."""

from portal.audience.routes import (
    account,
    address,
    confirm,
    invited,
    join,
    leave,
    less,
    preferences,
    reply,
    restore,
    why,
)
from portal.web.access import Guard

DOORS = [
    (account.bp, Guard.MEMBER),
    (address.bp, Guard.MEMBER),
    (address.behind_links, Guard.TOKEN),
    (join.bp, Guard.FORM),
    (confirm.bp, Guard.TOKEN),
    (invited.bp, Guard.TOKEN),
    (preferences.bp, Guard.MEMBER),
    (restore.bp, Guard.MEMBER),
    (less.bp, Guard.TOKEN),
    (leave.bp, Guard.TOKEN),
    (why.bp, Guard.TOKEN),
    (reply.bp, Guard.TOKEN),
]
