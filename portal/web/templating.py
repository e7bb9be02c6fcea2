"""What templates can use besides their own values."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from portal.config import settings


def init_app(app: Flask) -> None:
    """A misspelt name in a template is an error, not an empty string (W-19)."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"day": day, "moment": moment}
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    config = settings()
    return {
        "org_name": config.org_name,
        "postal_address": config.postal_address,
        "base_url": config.base_url,
        "demo": config.demo,
    }


def day(value: date) -> str:
    """A date in words: 3 March 2026."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime) -> str:
    """A time in words, with its zone, since it is not the reader's own: 3 March 2026, 10:00 UTC."""
    return f"{day(value.date())}, {value:%H:%M} UTC"
