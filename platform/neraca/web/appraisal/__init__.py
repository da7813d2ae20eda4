"""One appraisal, with its forms."""

__all__ = ["page"]
