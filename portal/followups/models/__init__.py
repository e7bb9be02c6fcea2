"""What we know and say to one person: notes, remembered details, personal letters, and whom to write to."""

from portal.followups.models.letters import Letter
from portal.followups.models.remembered import Detail, Note, Suggested, Suggestion

__all__ = ["Detail", "Letter", "Note", "Suggested", "Suggestion"]
