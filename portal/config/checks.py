"""What each setting has to be. Raised words follow the setting's name, for the operator."""

from functools import cache
from importlib.util import find_spec
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import SecretStr

from portal.languages import LANGUAGES

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def base_url(value: str) -> str:
    """Where people come to. Raises ValueError, as all here do."""
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError("must be an address such as https://talent.example.org")
    if url.path.strip("/"):
        raise ValueError("must not have a path: Rapport needs a host name of its own")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (http:// only works on this machine)")
    return value.rstrip("/")


def keys(value: SecretStr) -> SecretStr:
    """One key, or several with commas, none of them weak."""
    for key in filter(None, value.get_secret_value().split(",")):
        if len(key) < 32 or len(set(key)) < 8:
            raise ValueError(
                "is too weak: use 32 random characters or more, for example from "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`"
            )
    return value


def mail_address(value: str) -> str:
    """An address that mail can come from, or nothing."""
    if not value:
        return value
    try:
        return validate_email(value, check_deliverability=False, strict=True).ascii_email or value
    except EmailNotValidError as error:
        raise ValueError(f"is not a mail address we can send from ({error})") from None


def smtp_url(value: SecretStr) -> SecretStr:
    """The relay."""
    url = urlsplit(value.get_secret_value())
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ValueError("must be an address such as smtp://user:password@mail.example.org:587")
    return value


def _store(value: SecretStr, known: set[str]) -> SecretStr:
    scheme = urlsplit(value.get_secret_value()).scheme.split("+")[0]
    if value.get_secret_value() and scheme not in known:
        raise ValueError(f"must begin with one of {', '.join(sorted(known))}, followed by ://")
    return value


def database_url(value: SecretStr) -> SecretStr:
    """Where the data is."""
    return _store(value, {"sqlite", "postgresql"})


def queue_url(value: SecretStr) -> SecretStr:
    """Where the work waits."""
    return _store(value, {"sqlite", "postgresql", "redis", "rediss"})


def language(value: str) -> str:
    """One that we speak."""
    if value not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
    return value


@cache
def _zones() -> frozenset[str]:
    """Read from hundreds of files, so once."""
    return frozenset(available_timezones())


def time_zone(value: str) -> str:
    """One that this machine knows."""
    if value not in _zones():
        raise ValueError("must be the name of a time zone, such as Europe/Lisbon")
    return value


def issuer(value: str) -> str:
    """An identity provider, or nothing."""
    url = urlsplit(value)
    if value and (url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment):
        raise ValueError("must be the address of your identity provider, such as https://login.example.org")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ValueError("must begin with https://")
    return value


def identity(*settings: str) -> None:
    """The three settings of an identity provider together, and what they need."""
    if any(settings) and not all(settings):
        raise ValueError(
            "OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_CLIENT_SECRET go together: set all three, or none"
        )
    if any(settings) and not all(find_spec(name) for name in ("authlib", "httpx")):
        raise ValueError("OIDC_ISSUER needs more than is installed: run `pip install 'rapport-portal[oidc]'`")


def local_feeds(allowed: bool, demo: bool, base_url: str) -> None:
    """Boards on this machine may only be asked where nobody else could profit from it."""
    if allowed and not demo and urlsplit(base_url).hostname not in LOOPBACK:
        raise ValueError("FEEDS_MAY_BE_LOCAL is for the demo and for development: remove it")
