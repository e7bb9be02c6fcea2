"""What may be asked of this slice."""

from portal.audience.queries.consent import live

__all__ = ["live"]
