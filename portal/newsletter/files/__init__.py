"""Newsletter issues in `content/issues/`, and those that are written at the desk."""

from portal.newsletter.files.issues import IssueFront, TranslationFront, check, check_one, planned, read, sync, take
from portal.newsletter.files.settling import checked, settle

__all__ = [
    "IssueFront", "TranslationFront", "check", "check_one", "checked", "planned", "read", "settle", "sync", "take",
]  # fmt: skip
