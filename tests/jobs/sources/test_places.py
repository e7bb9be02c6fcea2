"""Places and countries out of free words: only what leaves no doubt."""

import pytest

from portal.jobs.sources import places


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Lisbon", [("Lisbon", None)]),
        ("Lisbon, Portugal", [("Lisbon", "PT")]),
        ("Lissabon, Portugal; Leipzig / Deutschland", [("Lissabon", "PT"), ("Leipzig", None), ("", "DE")]),
        ("Remote - Portugal", [("", "PT")]),
        ("Remote (UK)", [("", "GB")]),
        ("Lisbon or Leeds", [("Lisbon", None), ("Leeds", None)]),
        ("Hybrid (Lisbon)", [("Lisbon", None)]),
        ("York, PA", [("York", None)]),  # Pennsylvania, not Panama
        ("Atlanta, Georgia", [("Atlanta", None)]),  # no country by itself
        ("Remote - Georgia", [("Georgia", None)]),
        ("EU", [("EU", None)]),
        ("Anywhere", [("Anywhere", None)]),
        ("Remote", []),
        ("", []),
        (None, []),
        (["Lisbon"], []),
    ],
)
def test_places_in_free_words(words: object, found: list[tuple[str, str | None]]) -> None:
    assert [(spot.town, spot.country) for spot in places.spots(words)] == found


def test_countries_only_if_every_place_has_one() -> None:
    assert places.countries(places.spots("Portugal; Spain")) == {"PT", "ES"}
    assert places.countries(places.spots("Portugal; Lisbon")) == frozenset()
    assert places.countries(()) == frozenset()


def test_letters_are_a_country_where_a_field_is_for_one() -> None:
    assert places.country("pt") == places.country("Portugal") == places.country("PORTUGAL") == "PT"
    assert places.country("EU") is None
    assert places.country("XX") is None
    assert places.country("Georgia") == "GE"
