"""Why a score is as it is."""

from neraca.web.why import page

__all__ = ["page"]
