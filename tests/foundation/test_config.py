"""Settings: whatever is wrong stops the start with one clear line that names the setting."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.config import Config, ConfigError, load

GOOD = {
    "PORTAL_BASE_URL": "https://talent.example.org",
    "PORTAL_SECRET_KEY": "a-key-for-tests-0123456789-abcdefghijkl",
    "PORTAL_SMTP_URL": "smtp://mail.example.org:587",
    "PORTAL_MAIL_FROM": "hello@talent.example.org",
    "PORTAL_ORG_NAME": "Fennel & Rowe",
    "PORTAL_POSTAL_ADDRESS": "Rua do Ensaio 1, Lisbon",
}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORTAL_SECRET_KEY", None, "PORTAL_SECRET_KEY is not set: see docs/operate.md."),
        ("PORTAL_BASE_URL", None, "PORTAL_BASE_URL is not set: see docs/operate.md."),
        ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY is too weak: use 32 random characters or more"),
        ("PORTAL_SECRET_KEY", "a" * 64, "PORTAL_SECRET_KEY is too weak"),
        ("PORTAL_SECRET_KEYS_OLD", "x", "PORTAL_SECRET_KEYS_OLD is too weak"),
        ("PORTAL_BASE_URL", "talent.example.org", "PORTAL_BASE_URL must be an address such as https://"),
        ("PORTAL_BASE_URL", "http://talent.example.org", "PORTAL_BASE_URL must begin with https://"),
        ("PORTAL_BASE_URL", "https://example.org/talent", "PORTAL_BASE_URL must not have a path"),
        ("PORTAL_MAIL_FROM", "Ana <ana@example.org>", "PORTAL_MAIL_FROM is not a mail address we can send from"),
        ("PORTAL_SMTP_URL", "mail.example.org", "PORTAL_SMTP_URL must be an address such as smtp://"),
        ("PORTAL_DATABASE_URL", "mysql://x/y", "PORTAL_DATABASE_URL must begin with one of postgresql, sqlite"),
        ("PORTAL_QUEUE_URL", "amqp://x", "PORTAL_QUEUE_URL must begin with one of postgresql, redis, rediss, sqlite"),
        ("PORTAL_MAILS_PER_MONTH", "many", "PORTAL_MAILS_PER_MONTH"),
        ("PORTAL_CONTENT_DIR", "/nowhere/at/all", "the folder /nowhere/at/all does not exist"),
        (
            "PORTAL_FEEDS_MAY_BE_LOCAL",
            "true",
            "PORTAL_FEEDS_MAY_BE_LOCAL is for the demo and for development: remove it",
        ),
        ("PORTAL_COLOUR", "red", "PORTAL_COLOUR is not a setting of Rapport"),
        ("PORTAL_SECRET_KEY_FILE", "/nowhere/key", "PORTAL_SECRET_KEY_FILE: cannot read /nowhere/key (No such file"),
        ("PORTAL_ORG_NAME", "", "PORTAL_ORG_NAME"),
        (
            "PORTAL_OIDC_ISSUER",
            "https://login.example.org",
            "PORTAL_OIDC_ISSUER, PORTAL_OIDC_CLIENT_ID and PORTAL_OIDC_",
        ),
        ("PORTAL_OIDC_CLIENT_ID", "rapport", "go together: set all three, or none"),
        ("PORTAL_OIDC_ISSUER", "http://login.example.org", "PORTAL_OIDC_ISSUER must begin with https://"),
        ("PORTAL_OIDC_ISSUER", "login.example.org", "PORTAL_OIDC_ISSUER must be the address of your identity provider"),
    ],
)
def test_wrong_settings_have_one_clear_line(name: str, value: str | None, words: str, tmp_path: Path) -> None:
    environ = {k: v for k, v in (GOOD | {name: value}).items() if v is not None}
    with pytest.raises(ConfigError) as error:
        load(environ)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert GOOD["PORTAL_SECRET_KEY"] not in str(error.value)


def test_the_command_exits_with_1_and_the_line(tmp_path: Path) -> None:
    env = GOOD | {"PORTAL_COLOUR": "red", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-m", "portal", "db", "upgrade"], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: PORTAL_COLOUR is not a setting of Rapport")
    assert "Traceback" not in done.stderr


def test_wrong_usage_exits_with_2(tmp_path: Path) -> None:
    env = GOOD | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-m", "portal", "nonsense"], env=env, cwd=tmp_path, capture_output=True)
    assert done.returncode == 2


def test_secrets_come_from_files_and_settings_from_an_env_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text(GOOD["PORTAL_SECRET_KEY"] + "\n")
    file = tmp_path / "portal.env"
    rest = {k: v for k, v in GOOD.items() if k != "PORTAL_SECRET_KEY"}
    file.write_text("\n".join(f'{k}="{v}"' for k, v in rest.items()))
    config = load({"PORTAL_SECRET_KEY_FILE": str(secret), "PORTAL_ORG_NAME": "The environment wins"}, file)
    assert config.keys == [GOOD["PORTAL_SECRET_KEY"]]
    assert config.org_name == "The environment wins"
    with pytest.raises(ConfigError, match="There is no settings file"):
        load({}, tmp_path / "missing.env")


def test_settings_are_frozen_and_do_not_print_secrets() -> None:
    config = load(GOOD)
    with pytest.raises(ValueError, match="frozen"):
        config.org_name = "Else"  # type: ignore[misc]
    assert GOOD["PORTAL_SECRET_KEY"] not in repr(config)


def test_account_mail_has_a_sender_of_its_own() -> None:
    assert load(GOOD).account_from == "account@talent.example.org"
    assert load(GOOD | {"PORTAL_MAIL_FROM_ACCOUNT": "in@example.org"}).account_from == "in@example.org"


def test_every_setting_stands_in_the_one_table_and_no_other_does() -> None:
    table = (Path(__file__).parents[2] / "docs" / "operate.md").read_text()
    named = set(re.findall(r"^\| `PORTAL_([A-Z_]+)` \|", table, re.MULTILINE))
    assert named == {name.upper() for name in Config.model_fields}
