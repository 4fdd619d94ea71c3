"""What both HTTP clients have in common: limits, which certificates are trusted, what no connection means.

The limits are the wires' own; everything that depends on the caller's deadline is the engine's.
"""

from __future__ import annotations

import ssl
from functools import cache

import httpx
import httpx2

from services.provider.errors import LlmError, LlmUnavailable
from services.provider.wires.peer import Peer

CONNECT_SECONDS = 5.0  # a host that does not take a connection by then is away
PROBE_SECONDS = 3.0
IDLE_SECONDS = 60.0  # how long an open connection is kept for the next call
IDLE_CONNECTIONS = 20  # and how many of them
# No connection came about: of both HTTP clients, the OpenAI dialect's and the one under Anthropic's SDK.
NO_CONNECTION = (
    *(httpx.ConnectTimeout, httpx.ConnectError, httpx.InvalidURL, httpx.UnsupportedProtocol),
    *(httpx2.ConnectTimeout, httpx2.ConnectError, httpx2.InvalidURL, httpx2.UnsupportedProtocol),
)


@cache
def certificates() -> ssl.SSLContext:
    """Whom to trust: certifi's list, or what SSL_CERT_FILE or SSL_CERT_DIR name. Read once: it takes 25 ms."""
    return httpx.create_ssl_context(trust_env=True)


def unreachable(error: BaseException, peer: Peer) -> LlmError:
    """A request that got no answer at all. The text never holds the address: it may hold a password."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return LlmUnavailable(
            f"{peer.name} shows a certificate that is not trusted: check {peer.url_setting}, or name its authority in "
            "SSL_CERT_FILE",
            retryable=False,
        )
    if isinstance(error, NO_CONNECTION):
        return LlmUnavailable(f"{peer.name} cannot be reached: check {peer.url_setting}")
    return LlmUnavailable(f"{peer.name} closed the connection without an answer ({type(error).__name__})")
