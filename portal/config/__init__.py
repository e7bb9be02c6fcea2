"""Settings: read once from the environment, checked, frozen. Unknown or unusable ones stop the start."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from flask import current_app
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from portal.config import checks

PREFIX = "PORTAL_"
PACKAGE = Path(__file__).resolve().parent.parent
DEFAULT_VAR = Path("var")


class ConfigError(Exception):
    """One sentence for the operator: which setting, what is wrong, what to do."""


def data_dir(name: str) -> Path:
    """The packaged copy of a top-level folder in a wheel, the folder itself in a checkout."""
    packaged = PACKAGE / f"_{name}"
    return packaged if packaged.is_dir() else PACKAGE.parent / name


class Config(BaseSettings):
    """All settings, by their name without `PORTAL_`. docs/operate.md has the same list in words."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    base_url: Annotated[str, AfterValidator(checks.base_url)]
    secret_key: Annotated[SecretStr, AfterValidator(checks.keys)]
    secret_keys_old: Annotated[SecretStr, AfterValidator(checks.keys)] = SecretStr("")
    smtp_url: Annotated[SecretStr, AfterValidator(checks.smtp_url)]
    mail_from: Annotated[str, Field(min_length=3), AfterValidator(checks.mail_address)]
    mail_from_account: Annotated[str, AfterValidator(checks.mail_address)] = ""
    org_name: str = Field(min_length=1, max_length=80)
    postal_address: str = Field(min_length=5, max_length=300)
    var_dir: Path = DEFAULT_VAR
    erasure_journal: Path | None = None
    database_url: Annotated[SecretStr, AfterValidator(checks.database_url)] = SecretStr("")
    queue_url: Annotated[SecretStr, AfterValidator(checks.queue_url)] = SecretStr("")
    content_dir: Path = data_dir("content")
    trusted_hosts: str = ""
    proxies: int = Field(default=0, ge=0, le=5)
    mails_per_month: int = Field(default=4, ge=1, le=31)
    min_segment: int = Field(default=5, ge=1, le=1000)
    digest_items: int = Field(default=8, ge=1, le=30)
    early_minutes: int = Field(default=30, ge=1, le=1440)
    language: Annotated[str, AfterValidator(checks.language)] = "en"
    time_zone: Annotated[str, AfterValidator(checks.time_zone)] = "UTC"
    log_json: bool = False
    demo: bool = False
    feeds_may_be_local: bool = False
    bounce_domain: str = ""
    oidc_issuer: Annotated[str, AfterValidator(checks.issuer)] = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands in: it has already joined environment, file and `_FILE` secrets."""
        return (init_settings,)

    @model_validator(mode="after")
    def _oidc(self) -> "Config":
        checks.identity(self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret.get_secret_value())
        return self

    @model_validator(mode="after")
    def _feeds(self) -> "Config":
        checks.local_feeds(self.feeds_may_be_local, self.demo, self.base_url)
        return self

    @model_validator(mode="after")
    def _content(self) -> "Config":
        if not self.content_dir.is_dir():
            raise ValueError(f"content_dir: the folder {self.content_dir} does not exist")
        return self

    @cached_property
    def host(self) -> str:
        """The host name in every link we write."""
        return urlsplit(self.base_url).hostname or ""

    @cached_property
    def secure(self) -> bool:
        """Whether people come by https: decides on `__Host-` cookies and HSTS."""
        return self.base_url.startswith("https://")

    @cached_property
    def keys(self) -> list[str]:
        """Signing keys, oldest first: the last one signs, all verify (rotation)."""
        old = [k for k in self.secret_keys_old.get_secret_value().split(",") if k]
        return [*old, self.secret_key.get_secret_value()]

    @cached_property
    def database(self) -> str:
        """SQLAlchemy's URL of the data; a SQLite file under `var_dir` unless set."""
        given = self.database_url.get_secret_value().replace("postgresql://", "postgresql+psycopg://")
        return given or f"sqlite:///{self.var_dir.resolve() / 'portal.db'}"

    @cached_property
    def queue(self) -> str:
        """URL of the task queue; a SQLite file of its own under `var_dir` unless set."""
        return self.queue_url.get_secret_value() or f"sqlite:///{self.var_dir.resolve() / 'queue.db'}"

    @cached_property
    def account_from(self) -> str:
        """The sender of account mail: never the newsletter's, so that one's reputation can't stop the other (E-09)."""
        return self.mail_from_account or f"account@{self.mail_domain}"

    @cached_property
    def mail_domain(self) -> str:
        """The domain in Message-ID and List-Id."""
        return self.mail_from.rpartition("@")[2]

    def flask(self) -> dict[str, Any]:
        """What Flask and its extensions read."""
        trusted = [h.strip() for h in self.trusted_hosts.split(",") if h.strip()]
        return {
            "SECRET_KEY": self.keys[-1],
            "SECRET_KEY_FALLBACKS": self.keys[:-1],
            "SQLALCHEMY_DATABASE_URI": self.database,
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # an error in the log must not quote a person
            "TRUSTED_HOSTS": trusted or [self.host],
            "MAX_CONTENT_LENGTH": 256 * 1024,
            "MAX_FORM_MEMORY_SIZE": 256 * 1024,
            "SESSION_COOKIE_NAME": self.cookie("form"),
            "SESSION_COOKIE_SECURE": self.secure,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PREFERRED_URL_SCHEME": urlsplit(self.base_url).scheme,
            "WTF_CSRF_TIME_LIMIT": None,
            # It wants a Referer, which our own Referrer-Policy withholds; web.requests checks the origin instead.
            "WTF_CSRF_SSL_STRICT": False,
        }

    def cookie(self, name: str) -> str:
        """A cookie's name; `__Host-` needs https, which a demo on 127.0.0.1 does not have (W-11)."""
        return f"__Host-{name}" if self.secure else f"portal-{name}"


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = None) -> Config:
    """Read `PORTAL_…` from the environment, then from a `.env` file; secrets also from `…_FILE`.

    Raises ConfigError with one clear line.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, str] = {}
    file = env_file or Path(".env")
    if env_file and not env_file.is_file():
        raise ConfigError(f"There is no settings file {env_file}.")
    for source in (dotenv_values(file) if file.is_file() else {}, environ):
        given |= {k: v for k, v in source.items() if k.startswith(PREFIX) and v is not None}
    return _build(_read_files(given))


def _read_files(given: dict[str, str]) -> dict[str, str]:
    values = {}
    for name, value in given.items():
        key = name.removeprefix(PREFIX).lower()
        if key.endswith("_file") and key.removesuffix("_file") in Config.model_fields:
            key = key.removesuffix("_file")
            try:
                value = Path(value).read_text().strip()
            except OSError as error:
                raise ConfigError(f"{name}: cannot read {value} ({error.strerror}).") from None
        if key not in Config.model_fields:
            raise ConfigError(f"{name} is not a setting of Rapport: see docs/operate.md, or remove it.")
        values[key] = value
    return values


def _build(values: dict[str, str]) -> Config:
    try:
        return Config(**values)  # type: ignore[arg-type]  # pydantic turns the strings into types
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "missing":
            raise ConfigError(f"{PREFIX}{field.upper()} is not set: see docs/operate.md.") from None
        words = first["msg"].removeprefix("Value error, ")
        name = f"{PREFIX}{field.upper()} " if field else PREFIX
        raise ConfigError(f"{name}{words}.") from None


def settings() -> Config:
    """The settings of the running app."""
    config: Config = current_app.extensions["portal"]
    return config
