"""Signed, purpose-bound, absolute links, and the keyed hashes that stand for what we must not keep.

Two kinds of token. *Signed* ones (`sign`, `verify`) carry an id and live for years: unsubscribing, lowering
preferences. *Secret* ones (`derive`, `digest`) are worked out from a row's nonce when the mail is built, so that
only their hash is ever stored: confirming, signing in.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from itsdangerous import BadSignature, Signer
from itsdangerous.signer import HMACAlgorithm

from portal.config import settings


class _Short(HMACAlgorithm):
    """HMAC-SHA256 cut to 88 bits: a whole one alone makes a List-Unsubscribe address longer than the 75
    characters beyond which mail software begins to fold and encode it (E-07)."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:11]


def _signer(purpose: str) -> Signer:
    return Signer(settings().keys, salt=purpose, key_derivation="hmac", algorithm=_Short(hashlib.sha256))


def absolute(path: str) -> str:
    """An absolute address from a path; the host comes from the settings, never from a request (W-15)."""
    return settings().base_url + path


def sign(purpose: str, value: str) -> str:
    """A token that says `value` for this purpose only. It does not expire; what it opens may."""
    return _signer(purpose).sign(value).decode()


def verify(purpose: str, token: str) -> str | None:
    """The value in a token of this purpose, signed with this or an earlier key; None if forged or foreign."""
    try:
        return _signer(purpose).unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None


def nonce() -> str:
    """Random text (128 bits) to keep in a row and derive a secret from."""
    return secrets.token_urlsafe(16)


def _mac(key: str, purpose: str, value: str) -> bytes:
    return hmac.digest(key.encode(), f"{purpose}\0{value}".encode("utf-8", "replace"), "sha256")


def derive(purpose: str, value: str, stored: bytes | None = None) -> str:
    """The 256-bit secret of a nonce. With `stored`, the one whose digest that is, under any of our keys.

    Raises LookupError when the key it was made with is gone from the settings.
    """
    for key in reversed(settings().keys):
        token = urlsafe_b64encode(_mac(key, purpose, value)).decode().rstrip("=")
        if stored is None or digest(token) == stored:
            return token
    raise LookupError("the key this link was made with is no longer among the settings")


def digest(token: str) -> bytes:
    """What is stored of a secret (W-01: with 256 random bits a plain hash is enough)."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def keyed_hash(purpose: str, value: str) -> bytes:
    """A hash that only we can make: 32 bytes, under the newest key."""
    return _mac(settings().keys[-1], purpose, value)


def keyed_hashes(purpose: str, value: str) -> list[bytes]:
    """The same under every key that we still know, for finding what an earlier key wrote."""
    return [_mac(key, purpose, value) for key in settings().keys]
