"""What may be asked of this slice."""

from portal.newsletter.queries.archive import Letter, archived, latest
from portal.newsletter.queries.campaigns import campaigns, counts, held_until, mailing_ids, phase

__all__ = ["Letter", "archived", "campaigns", "counts", "held_until", "latest", "mailing_ids", "phase"]
