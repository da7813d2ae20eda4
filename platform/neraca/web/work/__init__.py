"""What there is to do."""

__all__ = ["page"]
