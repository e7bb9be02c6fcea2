"""The company's own account, with which people may sign in too: is there one, and what is it called."""

from portal.config import settings


def company() -> bool:
    """Whether an identity provider is set up."""
    return bool(settings().oidc_issuer)
