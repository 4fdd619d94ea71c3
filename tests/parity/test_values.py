"""When two values are equal, and why they are not."""

import pytest

from services.parity import ParityError
from tests.parity.sides import texts

SAME, OTHERWISE = "", "written otherwise"


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        ("a", "a", SAME),
        ("a", "b", "value"),
        ("a", "A", "letter_case"),
        ("a", "a  ", "trailing_blanks"),
        ("a", " a", "value"),
        ("", '""', "null_vs_empty"),
        ("", "a", "null"),
        ("é", "e\u0301", "unicode_normalisation"),
        ("1.50", "1.5", OTHERWISE),
        ("1e3", "1000", OTHERWISE),
        ("-0", "0", OTHERWISE),
        ("007", "7", "value"),
        ("9007199254740993", "9007199254740992", "number"),
        ("12345678901234567", "12345678901234568", "number"),
        ("0.1", "0.1000000000000000001", "number"),
        ("1,234.50", "1234.5", OTHERWISE),
        ("1.234,50", "1234.5", OTHERWISE),
        ("1,5", "1.5", OTHERWISE),
        ("2024-01-31", "2024-01-31 00:00:00", OTHERWISE),
        ("2024-01-31", "31.01.2024", OTHERWISE),
        ("31-JAN-24", "2024-01-31", OTHERWISE),
        ("31/01/2024", "2024-01-31", OTHERWISE),
        ("01/31/2024", "2024-01-31", OTHERWISE),
        ("01/02/2024", "2024-02-01", "value"),
        ("2024-01-31T10:00:00Z", "2024-01-31T12:00:00+02:00", OTHERWISE),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00+02:00", "time_zone"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:01Z", "moment"),
        ("true", "TRUE", OTHERWISE),
        ("t", "false", "value"),
        ("N", "F", "value"),
        ("'; DROP TABLE l; --", "'; DROP TABLE l; --", SAME),
        ("nan", "NaN", "letter_case"),
        ("inf", "-inf", "value"),
        ("1" * 50, "1" * 49 + "2", "value"),
        ("1e300", "1.0e300", OTHERWISE),
        ("1.5e-7", "0.00000015", OTHERWISE),
    ],
)
def test_pairs_of_texts(tmp_path, left, right, why):
    def row(value):
        return value if value == '""' or not value else '"' + value.replace('"', '""') + '"'

    found = texts(tmp_path, f"id,v\n1,{row(left)}\n", f"id,v\n1,{row(right)}\n")
    column = found.columns[1]
    if why in (SAME, OTHERWISE):
        assert (found.equal, found.differing, column.written_otherwise) == (True, 0, int(why == OTHERWISE))
    else:
        assert (found.equal, found.differing, column.reasons) == (False, 1, {why: 1})
        assert found.samples[0].why == {"v": why}


@pytest.mark.parametrize(
    ("left", "right", "rules", "equal"),
    [
        ("1.0000001", "1", {"tolerance": 1e-7}, True),
        ("1.0000002", "1", {"tolerance": 1e-7}, False),
        ("1000000.5", "1000000", {"relative": 1e-6}, True),
        ("1000002", "1000000", {"relative": 1e-6}, False),
        ("inf", "1", {"relative": 0.1}, False),
        ("a ", "a", {"trim": True}, True),
        ("", '""', {"nulls_as_empty": True}, True),
        ("1.50", "1.5", {"as_written": True}, False),
        ("-1", "1", {"tolerance": 1.9}, False),
    ],
)
@pytest.mark.parametrize("keys", ["id", ""])
def test_rules(tmp_path, left, right, rules, equal, keys):
    found = texts(tmp_path, f"id,v\n1,{left}\n2,3\n", f"id,v\n2,3\n1,{right}\n", keys, **rules)
    assert found.equal is equal


def test_a_value_that_is_out_of_form_is_compared_as_text(tmp_path):
    rows = "".join(f"{i},{i}.50\n" for i in range(2, 30))
    found = texts(tmp_path, f"id,v\n1,N/A\n{rows}", f"id,v\n1,n/a\n{rows.replace('.50', '.5')}")
    assert found.columns[1].reasons == {"letter_case": 1}
    assert found.columns[1].written_otherwise == 28


def test_equal_texts_of_two_forms_are_two_numbers(tmp_path):
    """Nothing of a row may be taken for equal by its text where the sides are read in different ways."""
    left = "".join(f'{i},"1.{i}00,50"\n' for i in range(2, 9))
    right = "".join(f'{i},"1,{i}00.50"\n' for i in range(2, 9))
    found = texts(tmp_path, f'id,v\n1,"1,234"\n{left}', f'id,v\n1,"1,234"\n{right}')
    assert (found.differing, found.columns[1].reasons) == (1, {"number": 1})
    assert found.columns[1].written_otherwise == 7


def test_rows_that_are_alike_count_in_the_figures_and_as_duplicates(tmp_path):
    rows = "1,5\n2,7\n2,7\n3,1\n"
    found = texts(tmp_path, f"id,v\n{rows}", f"id,v\n{rows}")
    assert (found.equal, found.duplicate_rows, found.duplicated_keys) == (True, 4, 1)
    assert [sample.times for sample in found.samples] == [(2, 2)]
    assert (found.columns[1].sums, found.columns[1].distinct) == ((20.0, 20.0), (3, 3))


def test_a_zone_in_one_value_of_a_column_without_is_a_difference(tmp_path):
    rows = "".join(f"{i},2024-01-01 10:00:00\n" for i in range(2, 9))
    found = texts(tmp_path, f"id,v\n1,2024-01-01 10:00:00\n{rows}", f"id,v\n1,2024-01-01 10:00:00+00:00\n{rows}")
    assert found.differing == 1


def test_bags_pair_as_many_rows_as_can_be_within_the_tolerance(tmp_path):
    """Rank by rank 1.0 would meet 1.09 and 1.1 be left over; across groups nothing pairs."""
    left, right = "g,v,w\na,1.0,5.0\na,1.1,1.0\nb,1,1\n", "g,v,w\na,1.09,1.0\na,1.01,5.0\nc,1,1\n"
    found = texts(tmp_path, left, right, "", tolerance=0.02)
    assert (found.only_left, found.only_right) == (1, 1)
    assert [sample.left.get("g") or sample.right["g"] for sample in found.samples] == ["b", "c"]


def test_duplicated_keys_are_compared_as_a_multiset_and_named(tmp_path):
    found = texts(tmp_path, "id,v\n1,a\n1,a\n1,b\n2,x\n", "id,v\n1,b\n1,a\n2,x\n")
    assert (found.only_left, found.only_right, found.differing) == (1, 0, 0)
    assert (found.duplicate_rows, found.duplicated_keys) == (5, 1)
    assert [(s.kind, s.key, s.times) for s in found.samples] == [
        ("only_left", {"id": "1"}, (1,)),
        ("duplicate_key", {"id": "1"}, (3, 2)),
    ]


def test_null_keys_meet(tmp_path):
    found = texts(tmp_path, "id,k,v\n1,,a\n,,b\n", "id,k,v\n,,b\n1,,c\n", "id,k")
    assert (found.only_left, found.only_right, found.differing, found.duplicate_rows) == (0, 0, 1, 0)


def test_bags_count_how_often(tmp_path):
    found = texts(tmp_path, "a,b\n1,x\n1,x\n1,x\n2,y\n", "a,b\n2,y\n1,x\n", "")
    assert (found.equal, found.only_left, found.only_right) == (False, 2, 0)
    assert found.samples[0].as_dict() == {"kind": "only_left", "key": {}, "left": {"a": "1", "b": "x"}, "times": 2}


def test_figures(tmp_path):
    found = texts(tmp_path, "id,v\n1,1.5\n2,\n3,2.25\n4,1.5\n", "id,v\n1,1.5\n2,3\n3,2.25\n4,10\n")
    figures = found.columns[1]
    assert (figures.nulls, figures.distinct) == ((1, 0), (2, 4))
    assert (figures.smallest, figures.largest) == (("1.5", "1.5"), ("2.25", "10"))
    assert (figures.sums, figures.means) == ((5.25, 16.75), (1.75, 4.1875))
    assert (figures.differing, figures.reasons) == (2, {"null": 1, "number": 1})


@pytest.mark.parametrize(
    ("left", "right", "options", "words"),
    [
        ("id,v\n1,2\n", "id,v\n1,2\n", {"keys": "Idd"}, ("key 'Idd'", "Near to it: id")),
        ("id,v\n1,2\n", "key,v\n1,2\n", {}, ("no column of right.csv", "key, v")),
        ("id,v\n1,2\n", "id,v\n1,2\n", {"ignored": ("w",)}, ("column 'w'",)),
        ("id,v\n1,2\n", "id,v\n1,2\n", {"ignored": ("id",)}, ("left out",)),
        ("a\n1\n", "b\n1\n", {"keys": ""}, ("No column", "a", "b")),
    ],
)
def test_names_that_are_not_there(tmp_path, left, right, options, words):
    with pytest.raises(ParityError) as caught:
        texts(tmp_path, left, right, **options)
    assert all(word in str(caught.value) for word in words)


def test_columns_differ_in_name_case_and_order(tmp_path):
    found = texts(tmp_path, "ID,a,b,x\n1,2,3,4\n", "b,a,id,y\n3,2,1,4\n", "id")
    diff = found.schema_diff
    assert (diff.only_left, diff.only_right, diff.case, diff.order_differs) == (["x"], ["y"], [("ID", "id")], True)
    assert (found.differing, found.equal) == (0, False)
    assert texts(tmp_path, "ID,a,b,x\n1,2,3,4\n", "b,a,id,y\n3,2,1,4\n", "id", only=("a",)).equal


def test_hostile_names_and_values_come_through(tmp_path):
    names = ['a"b', "c'; DROP TABLE l; --", "<script>alert(1)</script>", "d,e", "\u202ef", "x\ny", "rowid", "n"]
    head = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    values = ",".join("\"<img src=x onerror=alert(1)> ''\"" for _ in names[1:])
    left, right = f"{head}\n1,{values}\n", f"{head}\n1,{values.replace('alert(1)', 'alert(2)', 1)}\n"
    found = texts(tmp_path, left, right, keys="", ignored=())
    assert (found.only_left, found.only_right) == (1, 1)
    assert list(found.samples[0].left) == names
