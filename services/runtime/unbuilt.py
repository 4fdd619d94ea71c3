"""RPCs of the contract that this version does not have yet: they say so, with a reason, instead of gRPC's bare text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import MethodDescriptor

from services.runtime.contract import implemented
from services.runtime.errors import NotBuilt


def without_unbuilt(servicer: type) -> Any:
    """`servicer` with every RPC of its generated base that it leaves out answering NOT_BUILT.

    It comes back as Any: to a type checker those RPCs are still abstract. TypeError where `servicer` derives from no
    generated servicer.
    """
    found = implemented(servicer)
    if found is None:
        raise TypeError(f"{servicer.__name__} derives from no generated servicer")
    base, service = found
    for method in service.methods:
        if getattr(servicer, method.name) is getattr(base, method.name):
            setattr(servicer, method.name, _unbuilt(method))
    return servicer


def _unbuilt(method: MethodDescriptor) -> Callable[..., Any]:
    message = f"{method.name} is part of the contract and not built in this version"
    metadata = {"method": method.full_name}

    async def call(self: Any, request: Any, context: Any) -> Any:
        raise NotBuilt(message, metadata=metadata)

    async def stream(self: Any, request: Any, context: Any) -> Any:
        raise NotBuilt(message, metadata=metadata)
        yield  # makes it a stream

    return stream if method.server_streaming else call
