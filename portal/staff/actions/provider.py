"""The company's identity provider, asked over HTTPS (OpenID Connect, code flow). Needs the extra `oidc`.

Only `company.py` imports this, and only when a provider is set up. Answers are believed as far as they are signed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SECONDS = 10.0
LEEWAY = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""What a provider may sign with; never a shared secret, never nothing."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ProviderError(Exception):
    """The provider does not answer, or not as it should. Its text is for the log."""


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to the provider. `back`: where it sends people back to."""

    issuer: str
    id: str
    secret: str
    back: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one browser was sent away with, to be compared when it comes back."""

    state: str
    nonce: str
    verifier: str


def ask() -> Asked:
    """Fresh random values for one way there and back."""
    return Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


def address(client: Client, asked: Asked, again: bool) -> str:
    """Where to send the browser. `again`: to show anew who one is. Raises ProviderError."""
    fields = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.back,
        "scope": "openid email profile",
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": create_s256_code_challenge(asked.verifier),
        "code_challenge_method": "S256",
    } | ({"prompt": "login", "max_age": "0"} if again else {})
    page = _discovered(client)["authorization_endpoint"]
    return f"{page}{'&' if urlsplit(page).query else '?'}{urlencode(fields)}"


def claims(client: Client, asked: Asked, code: str, now: datetime, since: datetime | None) -> dict[str, Any]:
    """Change the code for the token that says who it is, and check that (OIDC Core 3.1.3.7). Raises ProviderError.

    `since`: they have to have signed in after this, where they were to show anew who they are.
    """
    found = _discovered(client)
    given = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.back,
        "code_verifier": asked.verifier,
    }
    token = _json("POST", found["token_endpoint"], data=given, auth=(client.id, client.secret)).get("id_token")
    if not isinstance(token, str):
        raise ProviderError("the answer has no id_token")
    keys = _json("GET", found["jwks_uri"])
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError) as error:
        raise ProviderError(f"the id_token is not signed as it should be ({error})") from None
    _check(read.claims, client, asked, now)
    if since is not None and not read.claims.get("auth_time", 0) >= since.timestamp() - LEEWAY:
        raise ProviderError("it does not say that they have just signed in (auth_time)")
    return dict(read.claims)


def _check(said: dict[str, Any], client: Client, asked: Asked, now: datetime) -> None:
    """Whether it is from this provider, for us, of now, and the answer to what this browser asked."""
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": asked.nonce},
    )
    try:
        rules.validate(said)
    except JoseError as error:
        raise ProviderError(f"the id_token does not hold ({error})") from None
    if said.get("azp", client.id) != client.id:
        raise ProviderError("the id_token is for somebody else (azp)")


def _discovered(client: Client) -> dict[str, Any]:
    """What the provider says of itself; it has to be the one that is set up, and its addresses safe."""
    said = _json("GET", client.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != client.issuer:
        raise ProviderError(f"it calls itself {said.get('issuer')}, not {client.issuer}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        url = urlsplit(str(said.get(name, "")))
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            raise ProviderError(f"{name} is no https address")
    return said


def _json(method: str, url: str, **given: Any) -> dict[str, Any]:
    try:
        answer = httpx.request(method, url, timeout=SECONDS, follow_redirects=False, **given)
        answer.raise_for_status()
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderError(f"{urlsplit(url).path}: {error}") from None
    if not isinstance(said, dict):
        raise ProviderError(f"{urlsplit(url).path}: not an object")
    return said
