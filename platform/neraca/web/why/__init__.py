"""Why a score is as it is."""

__all__ = ["page"]
