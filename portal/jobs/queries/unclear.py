"""What is still to be said of an opening before the right people hear of it."""

from portal.jobs.queries.wanted import Wanted


def unclear(opening: Wanted) -> list[str]:
    """The fields that nobody has settled and that keep it from somebody: some of `boards.FIELDS`, and `pay`, without
    which nobody hears of it."""
    remote = "remote" in opening.work_modes
    elsewhere = not opening.work_modes or bool({"hybrid", "onsite"} & opening.work_modes)
    lacks = {
        "work_modes": not opening.work_modes,
        "places": elsewhere and not opening.places,
        "countries": remote and not opening.countries,
        "team": opening.team is None,
        "level": opening.level is None,
        "interests": not opening.interests,
        "pay": not opening.tells_pay,
    }
    return [field for field, lacking in lacks.items() if lacking]
