"""What may be asked of this slice."""

from portal.staff.queries.house import house, is_live
from portal.staff.queries.people import active, by_id, by_key, colleagues

__all__ = ["active", "by_id", "by_key", "colleagues", "house", "is_live"]
