"""One appraisal, with its forms."""

from neraca.web.appraisal import page

__all__ = ["page"]
