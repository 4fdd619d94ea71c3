"""The expression languages there are, by tool."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.ast import Tool
from services.migration.expressions.alteryx.language import ALTERYX
from services.migration.expressions.datastage.language import DATASTAGE
from services.migration.expressions.language import Language
from services.migration.expressions.powercenter.language import POWERCENTER
from services.migration.expressions.ssis.language import SSIS

LANGUAGES: Mapping[Tool, Language] = {
    Tool.POWERCENTER: POWERCENTER,
    Tool.SSIS: SSIS,
    Tool.DATASTAGE: DATASTAGE,
    Tool.ALTERYX: ALTERYX,
}
