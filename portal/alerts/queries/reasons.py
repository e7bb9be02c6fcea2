"""Why an opening is for somebody, in words, in the language that is spoken."""

from collections.abc import Iterable

from portal.alerts.queries.fitting import Fit
from portal.audience.models import Interest, Place
from portal.audience.queries.names import called
from portal.audience.queries.options import country
from portal.audience.queries.words import LEVEL_WORDS, MODE_WORDS, listed
from portal.jobs.models import ANYWHERE
from portal.languages import gettext as _
from portal.languages import lazy_gettext as _l

AGAINST = {
    "told": _l("It is not open now, or it does not say what it pays."),
    "interests": _l("They chose other interests."),
    "level": _l("They chose other levels, or its level is not known."),
    "work_modes": _l("They want to work in another way, or it is not known how this work is done."),
    "where": _l("It cannot be done from where they live, nor where they would go, as far as we know."),
    "team": _l("They do not want its team, or its team is not known."),
    "available_from": _l("They are not free in time."),
    "pay": _l("Something stands against it that they set for themselves alone."),
}
"""For the desk, by the names of `fitting.RULES`. Nobody is told of a pay floor."""


def because(fit: Fit) -> str:
    """ "because you chose Data engineering and remote, and it may be done from Portugal": plain text that goes on after
    a few words. Two statements at most, none inside `catalogue.at_once` of the same language."""
    chosen = listed(_chosen(fit))
    if fit.country == ANYWHERE:
        return _from_anywhere(fit, chosen)
    if fit.country:
        return _from_country(fit, chosen, country(fit.country))
    if fit.places:
        places = listed(list(called(Place, fit.places).values()))
        if chosen:
            return _("because you chose %(chosen)s, and it is where you would work: %(places)s",
                     chosen=chosen, places=places)  # fmt: skip
        return _("because it is where you would work: %(places)s", places=places)
    if chosen:
        return _("because you chose %(chosen)s", chosen=chosen)
    if fit.limits:
        return _("because nothing that you chose speaks against it")
    return _("because you set no limits to what we tell you of")


def against(names: Iterable[str]) -> list[str]:
    """What `fitting.why_not` found, as sentences for the desk. Where enough else is said, nothing is of the pay."""
    names = list(names)
    return [str(AGAINST[name]) for name in names if name != "pay" or names == ["pay"]]


def _chosen(fit: Fit) -> list[str]:
    """What they chose that it meets, but for places."""
    modes = [str(MODE_WORDS[mode]) for mode in fit.modes] if fit.chose_mode else []
    return [*called(Interest, fit.interests).values(), *modes, *([str(LEVEL_WORDS[fit.level])] if fit.level else [])]


def _from_anywhere(fit: Fit, chosen: str) -> str:
    if chosen:
        return _("because you chose %(chosen)s, and it may be done from anywhere", chosen=chosen)
    if fit.limits:
        return _("because it may be done from anywhere, and nothing that you chose speaks against it")
    return _("because you set no limits, and it may be done from anywhere")


def _from_country(fit: Fit, chosen: str, name: str) -> str:
    if chosen:
        return _("because you chose %(chosen)s, and it may be done from %(country)s", chosen=chosen, country=name)
    if fit.limits:
        return _("because it may be done from %(country)s, and nothing that you chose speaks against it", country=name)
    return _("because you set no limits, and it may be done from %(country)s", country=name)
