"""What there is to do."""

from neraca.web.work import page

__all__ = ["page"]
