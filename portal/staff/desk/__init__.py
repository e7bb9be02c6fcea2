"""This slice's doors at the desk, each with its guard."""

from portal.staff.desk import account, company, credentials, house, invited, log, person, sender, sign_in, team
from portal.web.access import Guard

DOORS = [
    (sign_in.bp, Guard.FORM),
    (company.bp, Guard.FORM),
    (invited.bp, Guard.TOKEN),
    (account.bp, Guard.DESK),
    (credentials.bp, Guard.DESK),
    (sender.bp, Guard.DESK),
    (team.bp, Guard.DESK),
    (person.bp, Guard.DESK),
    (house.bp, Guard.DESK),
    (log.bp, Guard.DESK),
]
