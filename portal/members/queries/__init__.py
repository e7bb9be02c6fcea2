"""What may be asked of this slice."""

from portal.members.queries.links import action_url
from portal.members.queries.people import by_id, by_key

__all__ = ["action_url", "by_id", "by_key"]
