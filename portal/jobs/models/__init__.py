"""Openings, and the boards that some of them come from."""

from portal.jobs.models.boards import FIELDS, Board, BoardRule, Settled, SyncRun
from portal.jobs.models.postings import (
    ANYWHERE,
    STATES,
    Posting,
    PostingCountry,
    PostingInterest,
    PostingPlace,
    Process,
)

__all__ = [
    "ANYWHERE",
    "FIELDS",
    "STATES",
    "Board",
    "BoardRule",
    "Posting",
    "PostingCountry",
    "PostingInterest",
    "PostingPlace",
    "Process",
    "Settled",
    "SyncRun",
]
