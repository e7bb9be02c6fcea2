"""What the demo adds to the content folder: a board of its own, so that there is something to ask."""

from portal.content import Kind
from portal.demo.files.boards import sync
from portal.jobs.files import boards as board_files

BOARDS = Kind("list of boards", board_files.FILE, board_files.check, sync)
"""The boards of `boards.yml`; in the demo also its own."""
