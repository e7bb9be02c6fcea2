"""What the pages that show several slices need besides what the slices answer themselves."""

from portal.home.queries.pages import FRONT, page, places

__all__ = ["FRONT", "page", "places"]
