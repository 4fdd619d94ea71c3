"""The API reference as one HTML file: style, script and the OpenAPI document inline, nothing fetched from elsewhere."""

from __future__ import annotations

import json
from importlib.resources import files
from string import Template
from typing import Any


def docs_page(document: dict[str, Any]) -> str:
    """The page that shows `document`, an OpenAPI document, and sends requests to the server it is opened from."""
    page = files("services.contracts") / "page"
    return Template((page / "page.html").read_text(encoding="utf-8")).substitute(
        title=document["info"]["title"],
        style=(page / "page.css").read_text(encoding="utf-8"),
        script=(page / "page.js").read_text(encoding="utf-8"),
        document=_inline(document),
    )


def _inline(document: dict[str, Any]) -> str:
    """Compact JSON that can't end the script element it stands in."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
