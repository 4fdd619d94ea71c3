"""Who may call what: the bearer key, the role an RPC requires, the workspace.

The required role stands in the contract, as method option `dataflow.access.v1.required_role`, and is read
from the descriptor. An RPC without it is refused: forgetting the option must not open a door.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from google.protobuf import descriptor_pool

from dataflow.access.v1 import access_pb2
from services.runtime.context import DEFAULT_WORKSPACE
from services.runtime.errors import InvalidArgument, PermissionDenied, Unauthenticated
from services.runtime.keys import ANONYMOUS, ANY_WORKSPACE, NAME, Caller, KeyEntry, Role, find_caller

# Standard services that show nothing of a workspace. Reflection is only registered where it is wanted.
OPEN_SERVICES = frozenset(
    {
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
        "grpc.reflection.v1.ServerReflection",
    }
)

# A caller without a key of an RPC that needs none: no role, and any workspace header is harmless.
KEYLESS = Caller("anonymous", frozenset(), (ANY_WORKSPACE,))


class WorkspaceDenied(PermissionDenied):
    reason = "WORKSPACE_DENIED"


class RoleRequired(PermissionDenied):
    reason = "ROLE_REQUIRED"


class InvalidWorkspace(InvalidArgument):
    reason = "INVALID_WORKSPACE"


def required_role(method: str) -> Role | None:
    """Role that "/package.Service/Method" requires; None where the contract names none: nobody may call it."""
    service, _, name = method.removeprefix("/").partition("/")
    if service in OPEN_SERVICES:
        return Role.NONE
    try:
        return _role_in_contract(f"{service}.{name}")
    except KeyError:
        return None


@lru_cache(maxsize=1024)
def _role_in_contract(full_name: str) -> Role:
    """KeyError, which is not cached, where there is no such method (yet) or it names no role."""
    options = descriptor_pool.Default().FindMethodByName(full_name).GetOptions()
    option: Any = access_pb2.required_role
    name = option.enum_type.values_by_number[options.Extensions[option]].name
    if name not in set(Role):
        raise KeyError(name)
    return Role(name)


class Authorizer:
    """Checks one call. With no entries authorization is off: anyone, any role, any workspace."""

    def __init__(self, entries: tuple[KeyEntry, ...]) -> None:
        self._entries = entries

    @property
    def enabled(self) -> bool:
        return bool(self._entries)

    def caller(self, method: str, metadata: Mapping[str, str]) -> Caller:
        """The caller of `method`. Raises Unauthenticated or RoleRequired."""
        if not self.enabled:
            return ANONYMOUS
        role = required_role(method)
        known = self.known(metadata)
        if role is Role.NONE:
            # a key is welcome here but a wrong one is no reason to hide health from a probe
            return known or KEYLESS
        if known is None:
            raise Unauthenticated(
                "this call needs a valid key: send 'Authorization: Bearer <key>'"
                if "authorization" not in metadata
                else "the key in 'Authorization: Bearer <key>' is not known here"
            )
        if role is None:
            raise RoleRequired(f"{method} may not be called: the contract gives it no role")
        if not known.may(role):
            raise RoleRequired(f"this call needs the role '{role}'", metadata={"required_role": str(role)})
        return known

    def known(self, metadata: Mapping[str, str]) -> Caller | None:
        """Whose key the call brings; None without one, or with one that nobody has."""
        header = metadata.get("authorization", "")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        return find_caller(self._entries, token.strip())


def choose_workspace(caller: Caller, header: str, requested: str = "") -> str:
    """The workspace of a call: the header, else the request's own field, else the key's first, else
    "default".

    Raises InvalidWorkspace for a name that cannot be one, WorkspaceDenied for one the key may not use.
    """
    wanted = header or requested
    if not wanted:
        first = caller.workspaces[0] if caller.workspaces else DEFAULT_WORKSPACE
        return DEFAULT_WORKSPACE if first == ANY_WORKSPACE else first
    if not NAME.match(wanted):
        raise InvalidWorkspace("a workspace is letters, digits, '.', '_' or '-', at most 64 characters")
    if not caller.may_use(wanted):
        raise WorkspaceDenied(f"this key may not use the workspace '{wanted}'")
    return wanted
