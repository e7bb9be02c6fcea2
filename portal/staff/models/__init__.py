"""Recruiters, what they may do, what they did, and what holds for the whole desk."""

from portal.staff.models.audit import AuditEntry
from portal.staff.models.house import House, SenderPermission
from portal.staff.models.people import RecoveryCode, Recruiter, StaffLink

__all__ = ["AuditEntry", "House", "RecoveryCode", "Recruiter", "SenderPermission", "StaffLink"]
