"""What is told of limits in headers: `RateLimit-Policy` and `RateLimit`, by draft-ietf-httpapi-ratelimit-headers-10."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct


class RateLimit(Struct, frozen=True):
    """`quota` of requests in a `window` of seconds, or of so many at once where there is no window."""

    name: str
    quota: int
    window: int | None = None

    def headers(self, left: int, seconds: int | None = None) -> Mapping[str, str]:
        """`left` of the quota, and the seconds until there is more, where that is known."""
        how = ';qu="concurrent-requests"' if self.window is None else f";w={self.window}"
        again = "" if seconds is None else f";t={seconds}"
        return MappingProxyType(
            {
                "RateLimit-Policy": f'"{self.name}";q={self.quota}{how}',
                "RateLimit": f'"{self.name}";r={max(left, 0)}{again}',
            }
        )
