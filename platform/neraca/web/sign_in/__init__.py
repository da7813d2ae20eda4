"""Who somebody is, by the token they bring."""

__all__ = ["page"]
