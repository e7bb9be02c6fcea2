"""An identity provider of our own on 127.0.0.1: signs in whoever it is told to, and can be told to misbehave."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "rapport", "a secret between us"


@dataclass
class Provider:
    """What it says next. `claims` are laid over what a good token has; `key` signs it."""

    now: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    header: dict[str, str] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    issuer: str | None = None
    broken: str = ""
    slow: float = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.own = RSAKey.generate_key(2048, {"kid": "one"})
        self.key = self.own
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.calls.append(self.path)
                if self.path == "/.well-known/openid-configuration":
                    self.say(outer.said_of_itself())
                elif self.path == "/keys":
                    self.say({"keys": [outer.own.as_dict(private=False)]})
                else:
                    self.say({}, 404)

            def do_POST(self) -> None:
                outer.calls.append(self.path)
                form = {
                    k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
                }
                self.say(*outer.token(form, self.headers.get("Authorization", "")))

            def say(self, what: object, status: int = 200) -> None:
                time.sleep(outer.slow)
                data = b"<html>" if outer.broken and outer.broken in self.path else json.dumps(what).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Let go of the port."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def said_of_itself(self) -> dict[str, str]:
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer or self.url, **{name: self.url + path for name, path in ends.items()}}

    def sign_in(self, address: str) -> str:
        """What a person does there: from the address they were sent to, to the query they are sent back with."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"code={code}&state={asked['state']}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[object, int]:
        asked = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or authorization != f"Basic {basic}" or asked["code_challenge"] != challenge:
            return {"error": "invalid_grant"}, 400
        good = {
            "iss": self.url, "aud": CLIENT, "sub": "person-1", "iat": self.now, "exp": self.now + 300, "auth_time": self.now,
            "nonce": asked["nonce"], "email": "tom@example.org", "email_verified": True,
        }  # fmt: skip
        said = {k: v for k, v in (good | self.claims).items() if v is not None}
        algorithms = ["RS256", "HS256", "none"]
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": jwt.encode(self.header, said, self.key, algorithms),
        }, 200


def another_key() -> RSAKey:
    """A key that is not the provider's, under the same name."""
    return RSAKey.generate_key(2048, {"kid": "one"})


def shared_key() -> OctKey:
    """The client's secret as a key."""
    return OctKey.import_key(SECRET * 4)
