"""Who somebody is, by the token they bring."""

from neraca.web.sign_in import page

__all__ = ["page"]
