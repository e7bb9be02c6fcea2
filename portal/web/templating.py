"""What templates can use besides their own values."""

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from portal.config import settings
from portal.languages import current, day, moment, number


def init_app(app: Flask) -> None:
    """A misspelt name in a template is an error, not an empty string (W-19)."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # a text may go over several lines of a template
    app.jinja_env.filters |= {"day": day, "moment": moment, "number": number}
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    config = settings()
    return {
        "org_name": config.org_name,
        "postal_address": config.postal_address,
        "base_url": config.base_url,
        "demo": config.demo,
        "lang": current(),
    }
