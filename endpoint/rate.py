"""Rate limit: how many requests a client may send, as a bucket that fills steadily."""

import math
from collections import OrderedDict
from ipaddress import ip_address
from time import monotonic

from endpoint.errors import TooManyRequests

# More clients than this are not remembered; the longest silent is forgotten first.
MOST_CLIENTS = 10_000


class RateLimit:
    """Buckets by client. `per_second` fills a bucket, `burst` is what it holds."""

    def __init__(self, per_second: float, burst: int, holds_for_loopback: bool):
        self.per_second = per_second
        self.burst = burst
        self.holds_for_loopback = holds_for_loopback
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> None:
        """Count one request of a client. Raises: TooManyRequests with the seconds to wait."""
        if not self.per_second or (not self.holds_for_loopback and _is_loopback(client)):
            return
        now = monotonic()
        level, since = self._buckets.get(client, (float(self.burst), now))
        level = min(float(self.burst), level + (now - since) * self.per_second)
        if level < 1:
            wait_s = math.ceil((1 - level) / self.per_second)
            raise TooManyRequests(
                f"At most {self.per_second:g} requests a second, {self.burst} at once. Try again in {wait_s} s.", headers={"Retry-After": str(wait_s)},
            )
        self._buckets[client] = (level - 1, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)


def _is_loopback(client: str) -> bool:
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return False
