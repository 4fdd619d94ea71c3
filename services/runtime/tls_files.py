"""Are the TLS files of the settings there, readable, and what they should be? Asked before anything is bound."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

Problem = tuple[tuple[str, ...], str]
PAIR = ("tls_cert_file", "tls_key_file")
AUTHORITIES = ("tls_client_ca_file", "tls_ca_file")


def tls_problems(files: Mapping[str, Path | None]) -> Iterator[Problem]:
    """(fields, sentence) for each thing wrong with `files`, keyed by the names in PAIR and AUTHORITIES."""
    unreadable = {name for name, path in files.items() if path is not None and not os.access(path, os.R_OK)}
    for name in sorted(unreadable):
        yield (name,), f"{name.upper()}={files[name]}: there is no such file, or it cannot be read"
    cert, key = files[PAIR[0]], files[PAIR[1]]
    if bool(cert) != bool(key):
        yield PAIR, "TLS_CERT_FILE and TLS_KEY_FILE go together; one is missing"
    elif cert and key and not unreadable.intersection(PAIR) and not _pair_fits(cert, key):
        yield PAIR, "TLS_CERT_FILE and TLS_KEY_FILE are no PEM certificate and the private key that belongs to it"
    if files["tls_client_ca_file"] and not cert:
        yield ("tls_client_ca_file",), "TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE"
    for name in AUTHORITIES:
        path = files[name]
        if path and name not in unreadable and not _holds_certificates(path):
            yield (name,), f"{name.upper()}={path}: there is no PEM certificate in it"


def _pair_fits(cert: Path, key: Path) -> bool:
    try:
        # an empty passphrase, so that an encrypted key is an error and not a prompt on the terminal
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except (ssl.SSLError, OSError):
        return False
    return True


def _holds_certificates(path: Path) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(path)
    except (ssl.SSLError, OSError):
        return False
    return bool(context.get_ca_certs()) or context.cert_store_stats()["x509"] > 0
