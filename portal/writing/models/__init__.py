"""Pieces that people write, every version of their words, and pictures. The words of insights, newsletters and
segments live here as the text of their file, whether or not there is one: so they are the same in both places."""

from portal.writing.models.media import Media
from portal.writing.models.pieces import DESK, FILE, Piece, Version

__all__ = ["DESK", "FILE", "Media", "Piece", "Version"]
