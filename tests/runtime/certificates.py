"""A throwaway certificate authority, by the `openssl` command."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Pair:
    cert: Path
    key: Path


class Authority:
    def __init__(self, folder: Path, name: str = "ca") -> None:
        if shutil.which("openssl") is None:
            pytest.skip("needs the openssl command")
        self.folder = folder
        self.pair = Pair(folder / f"{name}.pem", folder / f"{name}.key")
        new = ["req", "-x509", *self._new_key(self.pair.key), "-out", str(self.pair.cert)]
        self._openssl(*new, "-days", "2", "-subj", f"/CN={name}")

    @staticmethod
    def _new_key(file: Path) -> list[str]:
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(file)]

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def issue(self, name: str) -> Pair:
        """A certificate for 127.0.0.1 and localhost."""
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="utf-8")
        self._openssl("req", *self._new_key(pair.key), "-out", str(request), "-subj", f"/CN={name}")
        signed_by = ["-CA", str(self.pair.cert), "-CAkey", str(self.pair.key), "-CAcreateserial"]
        files = ["-in", str(request), "-out", str(pair.cert), "-extfile", str(extensions)]
        self._openssl("x509", "-req", *files, *signed_by, "-days", "2")
        return pair
