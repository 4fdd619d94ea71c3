"""What an error of PostgreSQL or its driver means to a caller. No text of the driver passes: it may name
hosts or users."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from services.runtime.errors import Aborted, DeadlineExceeded, ResourceExhausted, ServiceError, Unavailable


class DatabaseUnavailable(Unavailable):
    reason = "DATABASE_UNAVAILABLE"


class SchemaMismatch(DatabaseUnavailable):
    """The database's schema is not one this version can work with."""

    reason = "DATABASE_SCHEMA_MISMATCH"


class DatabaseBusy(ResourceExhausted):
    reason = "DATABASE_BUSY"


class DatabaseTimeout(DeadlineExceeded):
    reason = "DATABASE_TIMEOUT"


class DatabaseConflict(Aborted):
    """A serialization failure or deadlock: the transaction may be tried again."""

    reason = "DATABASE_CONFLICT"


# The connection is gone, or the server is going or not yet there.
LOST: tuple[type[BaseException], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    # what the driver makes of a server that dies in the middle of an answer
    asyncpg.InternalClientError,
)
# Everything that can come of trying to connect: also wrong logins, missing databases, a URL that cannot be
# read.
AWAY: tuple[type[BaseException], ...] = (
    *LOST,
    TimeoutError,
    ValueError,
    SchemaMismatch,
    asyncpg.PostgresError,
)

_STATEMENT: tuple[tuple[tuple[type[BaseException], ...], type[ServiceError], str], ...] = (
    (
        (
            asyncpg.PostgresConnectionError,
            asyncpg.CannotConnectNowError,
            asyncpg.AdminShutdownError,
            asyncpg.CrashShutdownError,
        ),
        DatabaseUnavailable,
        "the database connection was lost; try again shortly",
    ),
    (
        (asyncpg.QueryCanceledError, TimeoutError),
        DatabaseTimeout,
        "the database did not answer in time",
    ),
    (
        (asyncpg.SerializationError, asyncpg.DeadlockDetectedError),
        DatabaseConflict,
        "another call changed the same data at the same time; try again",
    ),
    (
        (asyncpg.TooManyConnectionsError, asyncpg.InsufficientResourcesError),
        DatabaseBusy,
        "the database is at its limit; try again shortly",
    ),
)

_CONNECT: tuple[tuple[type[BaseException], str], ...] = (
    (SchemaMismatch, ""),
    (asyncpg.InvalidAuthorizationSpecificationError, "the database refused the login; check DATABASE_URL"),
    (asyncpg.InvalidCatalogNameError, "the database named in DATABASE_URL does not exist"),
    (asyncpg.CannotConnectNowError, "the database is starting or stopping; try again shortly"),
    (asyncpg.TooManyConnectionsError, "the database accepts no more connections; try again shortly"),
    (ValueError, "DATABASE_URL cannot be read as a PostgreSQL URL"),
)


def sentence(error: BaseException) -> str:
    """Why there is no connection, for a caller."""
    for kind, text in _CONNECT:
        if isinstance(error, kind):
            return text or str(error)
    return "the database cannot be reached; try again shortly"


@contextmanager
def translated(connection: Any) -> Iterator[None]:
    """Errors of statements on `connection` as `ServiceError`s; those that mean a defect (syntax,
    constraint) pass."""
    try:
        yield
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        if isinstance(error, asyncpg.InternalClientError) or _is_gone(connection):
            raise DatabaseUnavailable("the database connection was lost; try again shortly") from error
        raise
    except (asyncpg.PostgresError, TimeoutError) as error:
        for kinds, mapped, text in _STATEMENT:
            if isinstance(error, kinds):
                raise mapped(text) from error
        raise


def _is_gone(connection: Any) -> bool:
    """Closed, or taken back by a pool that was given up while the statement ran: then it cannot even be asked."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
