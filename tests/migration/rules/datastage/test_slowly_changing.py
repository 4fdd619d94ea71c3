"""Which dimension columns a Slowly Changing Dimension stage's rule can tell, and what it says where it can't."""

from __future__ import annotations

import pytest

from benchmarks.datastage_palette import FACTS, FILLED, MEMBERS, changing
from benchmarks.datastage_stages import ORDERS, beside, columns
from tests.migration.flows.datastage.sheet import converted, manual

DATED = {**MEMBERS, "UNTIL": "4"}
REFUSED = {
    "type 2: a date beside": (
        changing(DATED, {**FILLED, "UNTIL": "CurrentDate()"}),
        "several further purpose codes (name 7, city 7, until 4)",
    ),
    "type 2: an expire expression": (
        changing(ExpireExpression="'N'"),
        "has an expression for expired rows",
    ),
    "no code at all": (
        changing(dict.fromkeys(MEMBERS, "0")),
        "column sk is a key by its derivation and has no purpose",
    ),
    "a surrogate key's code twice": (
        changing({**MEMBERS, "CITY": "6"}),
        "column city has the purpose code 6 of the surrogate key sk",
    ),
    "a business key's code on what is no key": (
        changing({**MEMBERS, "CITY": "1"}),
        "column city has the purpose code 1 of a business key and is no key of the lookup",
    ),
    "no business key": (changing(key={}), "no key of the reference link dim is stated"),
    "a key that is a calculation": (
        changing(key={"CODE": "Trim(in1.CUST)"}),
        "column code is looked up by Trim(in1.CUST) but",
    ),
    "keys of different codes": (
        changing(key={"CODE": "in1.CUST", "CITY": "in1.TOWN"}),
        "the lookup's keys code and city have different purpose codes (1 and 7)",
    ),
    "a column of two codes": (changing(SCDPurpose="9"), "column SK has the purpose codes 6 and 9"),
    "two surrogate keys": (
        changing(filled={**FILLED, "CITY": "NextSurrogateKey()"}),
        "tells the surrogate key; here it is SK, CITY",
    ),
    "no surrogate key": (changing(filled={**FILLED, "SK": "in1.ID"}), "tells the surrogate key; here it is no column"),
    "a surrogate key that is calculated": (
        changing(filled={**FILLED, "SK": "NextSurrogateKey() + 1"}),
        "is derived by NextSurrogateKey() + 1",
    ),
    "a text as the surrogate key": (
        changing({"NAME": "6", "CODE": "1"}, {"NAME": "NextSurrogateKey()", "CODE": "in1.CUST"}),
        "surrogate key NAME is no number",
    ),
    "a value of its own": (changing(filled={**FILLED, "CITY": "'Y'"}), "column CITY is filled by ''Y''"),
    "a column that keeps its value": (
        changing({**MEMBERS, "CITY": "0"}),
        "column CITY of link upd has no purpose code",
    ),
    "a column that is not written": (
        changing(filled={name: text for name, text in FILLED.items() if name != "CITY"}),
        "column city has a purpose and is not on the link",
    ),
    "a fact with the dimension's value": (
        changing(facts={**FACTS, "NAME": "dim.NAME"}),
        "column NAME of link out1 is neither a column of the stream nor a key",
    ),
    "no reference link": (beside("j", "PxSCD", columns(ORDERS)), "one reference link to the dimension"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal(name: str) -> None:
    text, reason = REFUSED[name]
    reasons = manual(converted(text))
    assert list(reasons) == ["step"]
    assert reason in reasons["step"][0]


@pytest.mark.parametrize("codes", [MEMBERS, {"SK": "1", "CODE": "2", "NAME": "3", "CITY": "3"}])
def test_what_was_read_is_said_whatever_the_numbers(codes: dict[str, str]) -> None:
    done = converted(changing(codes))
    item = next(one for one in done.result.mappings[0].objects if one.object == "step")
    assert (item.target_type, item.confidence) == ("scd", 0.6)
    assert "surrogate key SK (NextSurrogateKey), business key CODE (key of the lookup)" in item.warnings[-3]
    assert "read as Type 1 (NAME, CITY)" in item.warnings[-3]
    (node,) = [one for one in item.nodes if one["transform"] == "scd"]
    assert node["config"]["type1"] == ["NAME", "CITY"]
    assert node["config"]["business_keys"] == ["CODE"]


@pytest.mark.parametrize("dialect", ["postgresql", "mssql", "snowflake", "teradata", "sap_hana"])
def test_its_own_queries_are_in_every_dialects_words(dialect: str) -> None:
    done = converted(changing(), dialect)
    assert manual(done) == {}
    assert [finding.message for finding in done.structure.findings if finding.severity == "error"] == []
