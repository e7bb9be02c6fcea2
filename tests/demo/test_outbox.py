"""The caught mail: newest first, found by address, taken apart, never acted on; gone outside the demo."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.demo import queries
from portal.web.headers import MAIL_CSP
from tests.pages import PageClient

Catch = Callable[[bytes], str]


def a_mail(to: str = "ana@example.org", subject: str = "Hello", html: str = "<p>Hi</p>", text: str = "Hi") -> bytes:
    return (
        f"Date: Sat, 21 Nov 2026 09:00:00 +0000\nFrom: Letters <letters@example.org>\nTo: {to}\nSubject: {subject}\n"
        "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=xx\n"
        f"X-RcptTo: {to}\n\n"
        f"--xx\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--xx\nContent-Type: text/html; charset=utf-8\n\n{html}\n--xx--\n"
    ).encode()


@pytest.mark.parametrize("path", ["/dev/outbox", "/dev/outbox/1.M1P1Q1.x", "/dev/outbox/1.M1P1Q1.x/raw", "/dev/clock"])
def test_the_demos_pages_are_gone_elsewhere(client: PageClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_without_a_catcher_the_list_is_empty(visitor: PageClient) -> None:
    assert "Nothing here" in visitor.get("/dev/outbox").text


def test_mail_is_listed_newest_first(visitor: PageClient, catch: Catch) -> None:
    for number in range(1, 4):
        catch(a_mail(subject=f"Letter {number}"))
    page = visitor.get("/dev/outbox").text
    assert re.findall(r"Letter \d", page) == ["Letter 3", "Letter 2", "Letter 1"]
    assert "3 mails" in page


def test_names_sort_by_number_not_by_letter() -> None:
    names = ["9.M5P1Q1.x", "10.M4P1Q2.x", "10.M30P1Q3.x", "10.M30P1Q10.x"]
    assert sorted(names, key=queries._order) == names


def test_a_search_finds_by_part_of_the_address(visitor: PageClient, catch: Catch) -> None:
    catch(a_mail(to="ana@example.org", subject="For Ana"))
    catch(a_mail(to="bo@example.net", subject="For Bo"))
    page = visitor.get("/dev/outbox?to=ANA@").text
    assert "For Ana" in page
    assert "For Bo" not in page
    assert 'value="ANA@"' in page


def test_long_lists_have_pages(visitor: PageClient, catch: Catch) -> None:
    for number in range(30):
        catch(a_mail(subject=f"Letter {number}."))
    first, second = visitor.get("/dev/outbox").text, visitor.get("/dev/outbox?page=2").text
    assert "Letter 29." in first
    assert "Letter 4." not in first
    assert "Letter 4." in second
    assert "Older" in first
    assert "Older" not in second


def test_a_search_opens_each_file_once(visitor: PageClient, catch: Catch, tmp_path: Path) -> None:
    name = catch(a_mail(to="ana@example.org"))
    assert queries.keys("ana") == [name]
    (tmp_path / "maildir" / "new" / name).write_bytes(a_mail(to="someone@example.org"))
    assert queries.keys("ana") == [name]


def test_one_mail_shows_frame_links_text_and_headers(visitor: PageClient, catch: Catch) -> None:
    html = (
        '<p>Hi <b>there</b> <a href="http://127.0.0.1:8000/confirm/abc">Confirm <i>now</i></a>'
        '<a href="http://127.0.0.1:8000/confirm/abc">again</a> <a href="javascript:alert(1)">no</a></p>'
    )
    name = catch(a_mail(subject="=?utf-8?q?Ol=C3=A1_=3Cb=3E?=", html=html, text="Hi <there>"))
    page = visitor.get(f"/dev/outbox/{name}").text
    assert "<h1>Olá &lt;b&gt;</h1>" in page
    assert f'<iframe sandbox title="The mail as it looks" src="/dev/outbox/{name}/html">' in page
    assert page.count('<a href="http://127.0.0.1:8000/confirm/abc">Confirm now</a>') == 1
    assert "javascript:" not in page
    assert "Hi &lt;there&gt;" in page
    assert "X-RcptTo: ana@example.org" in page


def test_the_frame_may_do_nothing(visitor: PageClient, catch: Catch) -> None:
    name = catch(a_mail(html="<p>Hi</p><script>alert(1)</script>"))
    answer = visitor.get(f"/dev/outbox/{name}/html")
    assert answer.headers["Content-Security-Policy"] == MAIL_CSP
    assert answer.text.startswith("<p>Hi</p>")


def test_the_bytes_can_be_saved(visitor: PageClient, catch: Catch) -> None:
    data = a_mail()
    name = catch(data)
    answer = visitor.get(f"/dev/outbox/{name}/raw")
    assert answer.data == data
    assert answer.mimetype == "message/rfc822"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name.split(".")[0]}.eml"'


def test_a_mail_without_html_has_no_frame(visitor: PageClient, catch: Catch) -> None:
    name = catch(b"To: ana@example.org\nSubject: Plain\n\nOnly text\n")
    assert "no HTML part" in visitor.get(f"/dev/outbox/{name}").text
    assert visitor.get(f"/dev/outbox/{name}/html").status_code == 404


@pytest.mark.parametrize("name", ["../../portal.db", "..%2fnew", "nothing", "1.M1P1Q1.none", "1.M1P1Q1.x:2,S"])
def test_other_names_open_nothing(visitor: PageClient, catch: Catch, name: str) -> None:
    catch(a_mail())
    for path in ("", "/html", "/raw"):
        assert visitor.get(f"/dev/outbox/{name}{path}").status_code == 404
