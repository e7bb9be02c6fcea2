"""Reading what somebody typed as a mail address (E-22 to E-24)."""

import pytest

from portal.mail.headers import envelope
from portal.members.queries.addresses import Address, BadAddress, parse


@pytest.mark.parametrize(
    ("typed", "written", "key"),
    [
        ("ana@example.org", "ana@example.org", "ana@example.org"),
        ("  Ana@Example.ORG ", "Ana@example.org", "ana@example.org"),
        ("ana @ example.org", "ana@example.org", "ana@example.org"),
        ("a.n.a+jobs@example.org", "a.n.a+jobs@example.org", "a.n.a+jobs@example.org"),
        ("ana@MÜLLER.de", "ana@xn--mller-kva.de", "ana@xn--mller-kva.de"),
        ("ana@xn--mller-kva.de", "ana@xn--mller-kva.de", "ana@xn--mller-kva.de"),
        ("o'neil@example.org", "o'neil@example.org", "o'neil@example.org"),
        ("e\u0301va@example.org", "éva@example.org", "éva@example.org"),
        ("Éva@example.org", "Éva@example.org", "éva@example.org"),
    ],
)
def test_an_address_is_kept_as_typed_and_known_by_its_key(typed: str, written: str, key: str) -> None:
    address = parse(typed)
    assert (address.written, address.key) == (written, key)
    assert envelope(address.written) == written  # what is stored is what goes over the wire (E-24)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana@example.org", "an.a@example.org"), ("ana@example.org", "ana+x@example.org"), ("ana@a.de", "ana@b.de")],
)
def test_dots_and_tags_make_another_person(one: str, other: str) -> None:
    assert parse(one).key != parse(other).key


@pytest.mark.parametrize(
    "typed",
    [
        "", "ana", "@", "ana@", "@example.org", "ana@example", "ana@localhost", "a@b@example.org",
        '"ana lee"@example.org', '"ana"@example.org', "ana(comment)@example.org", "Ana <ana@example.org>",
        "ana%example.net@example.org", "example.net!ana@example.org", "ana@[192.0.2.1]", "ana@[IPv6:2001:db8::1]",
        "an\u200ba@example.org", "ana@exam\u200dple.org", "\u202eana@example.org", "ana\u00ad@example.org",
        "ana\ufeff@example.org", "ana@example.org\nbcc:x@example.org", "ana\x00@example.org", "a;b@example.org",
        "a,b@example.org", "x" * 65 + "@example.org", "ana@" + "x" * 64 + ".org", "ana@" + "x." * 200 + "org",
        "ana..lee@example.org", ".ana@example.org", "ana@-example.org", "ana@example.org.", "ana@\ud800.org",
    ],
)  # fmt: skip
def test_what_we_do_not_write_to_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(BadAddress) as caught:
        parse(typed)
    assert str(caught.value).endswith(".")


def test_letters_that_only_look_alike_are_shown_as_they_are_written() -> None:
    assert parse("ana@ｇmail.com").shown == "ana@gmail.com"
    assert parse("ana@exаmple.org").shown == "ana@exаmple.org (ana@xn--exmple-4nf.org)"
    assert Address("ana@example.org", "ana@example.org").shown == "ana@example.org"
