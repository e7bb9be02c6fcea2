"""`portal members`: bring people in from elsewhere, and out."""

from portal.audience.commands.exporting import export
from portal.audience.commands.importing import import_
from portal.audience.commands.invitations import invitations
from portal.audience.commands.members import group

__all__ = ["export", "group", "import_", "invitations"]
