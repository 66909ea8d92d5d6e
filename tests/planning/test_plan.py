"""A plan is read strictly: what it says is what is meant, or it is refused with the key and the reason."""

from __future__ import annotations

import json
import time
import tomllib

import jsonschema
import pytest

from release.base.errors import ReleaseError
from release.planning.plan import order_of, parse_plan, schema
from tests.support.world import REPOSITORY

FULL = """\
theme = "streaming"
date = 2027-03-02
capacity = 6
criteria = ["the first result comes within 50 ms"]
[dates]
candidate = 2027-02-22
[[item]]
id = "streaming"
title = "Read results as a stream"
issue = 123
must = true
value = 8
effort = 5
risk = 0.3
needs = ["parser"]
by = "beta"
owner = "owner@example.org"
[[item]]
id = "parser"
title = "A parser of its own"
should = true
[[deferred]]
id = "plugins"
reason = "needs the new parser first"
to = "1.4"
[[risk]]
id = "abi"
text = "numpy 3 changes the ABI"
chance = 0.4
mitigation = "build against both"
outcome = ""
[[objective]]
text = "first result within 50 ms"
run = ["python", "benchmarks/first.py"]
at_most = 50
weight = 2
[[check]]
name = "plugin authors tried it"
stage = "beta"
who = "quality"
[[action]]
text = "freeze the documentation earlier"
owner = "owner@example.org"
due = 2027-04-01
"""
ITEM = '[[item]]\ntitle = "x"\n'


def why_of(text: str) -> str:
    with pytest.raises(ReleaseError) as refused:
        parse_plan(text, "plans/1.3.toml")
    assert refused.value.run == "$EDITOR plans/1.3.toml"
    return f"{refused.value.what}; {refused.value.why}"


def test_two_lines_are_a_plan() -> None:
    plan = parse_plan('[[item]]\ntitle = "Read results as a stream"\n', "plans/1.3.toml")

    assert [(item.name, item.rank, item.by) for item in plan.item] == [
        ("read-results-as-a-stream", "could", "feature-complete")
    ]


def test_every_key_of_the_design_is_read() -> None:
    plan = parse_plan(FULL, "plans/1.3.toml")

    assert str(plan.date) == "2027-03-02" and str(plan.dates.candidate) == "2027-02-22"
    assert [item.name for item in order_of(plan.item)] == ["parser", "streaming"]
    assert (plan.objective[0].at_most, plan.check[0].who, str(plan.action[0].due)) == (50.0, "quality", "2027-04-01")


WRONG = [
    ('themee = "x"', "cannot use plans/1.3.toml: themee; no such key; did you mean"),
    ('[[item]]\ntitle = "x"\nmusst = true', "item[0].musst; no such key; did you mean must?"),
    ('date = "2027-03-02"', 'date; "2027-03-02" is not a date; a date is written 2027-03-02, without quotes'),
    ("date = 2027-03-02T10:00:00", "date; 2027-03-02T10:00:00 is not a date"),
    ("date = 0001-01-02", "date; 0001-01-02 is not in the years 1980 to 2999"),
    ("[dates]\nend_of_life = 9999-12-31", "dates.end_of_life; 9999-12-31 is not in the years 1980 to 2999"),
    ('[[action]]\ntext = "a"\ndue = 1970-01-01', "action[0].due; 1970-01-01 is not in the years"),
    ("[[item]]\n", "item[0].title; an item needs a title of one line"),
    (ITEM + "must = true\nshould = true", "must or should, not both"),
    (ITEM + "effort = 14", "14 is not within 1 and 13"),
    (ITEM + "value = true", "True is no integer"),
    (ITEM + "risk = 1.5", "1.5 is not within 0 and 1"),
    (ITEM + "risk = nan", "nan is not within 0 and 1"),
    (ITEM + 'by = "soon"', '"soon" is none of alpha, feature-complete, beta, candidate, production'),
    (ITEM + 'id = "A B"', '"A B" is not small letters'),
    (ITEM + 'id = "a"\n' + ITEM + 'id = "a"', 'two have the same name: "a"'),
    (ITEM + 'id = "a"\nissue = 1\n' + ITEM + 'id = "b"\nissue = 1', 'two have the same name: "1"'),
    (ITEM + 'needs = ["y"]', 'there is no item "y" in this plan'),
    (ITEM + 'needs = ["y"]\n[[deferred]]\nid = "y"\nto = "1.4"', "it was deferred to 1.4"),
    (
        ITEM + 'id = "a"\nneeds = ["b"]\n' + ITEM + 'id = "b"\nneeds = ["a"]',
        "needs go in a circle: a needs b needs a",
    ),
    ("[[check]]\n", "a check needs a name"),
    ('[[risk]]\ntext = "x"\noutcome = "maybe"', '"maybe" is neither materialised nor averted'),
    ('[[objective]]\ntext = "x"', "it needs at_most or at_least, one of the two"),
    ("capacity = -1", "-1 is below 0"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_nonsense_is_refused_with_its_key(text: str, why: str) -> None:
    assert why in why_of(text)


def test_what_is_no_toml_is_refused() -> None:
    assert "cannot read plans/1.3.toml" in why_of("[[item")


def test_five_thousand_items_are_read_at_once() -> None:
    needs = ["", *(f'"i{n}"' for n in range(4999))]
    text = "".join(f'[[item]]\nid = "i{n}"\ntitle = "<b>Ünï 項目 {n}</b>"\nneeds = [{needs[n]}]\n' for n in range(5000))
    begun = time.process_time()

    plan = parse_plan(text, "plans/1.3.toml")

    assert order_of(plan.item)[-1].name == "i4999"
    assert time.process_time() - begun < 2


def test_the_schema_for_editors_says_what_the_code_says() -> None:
    """Write it again: cd template && python -c "import json; from release.planning.plan import schema;
    print(json.dumps(schema(), indent=2))" > release/plan-schema.json
    """
    path = REPOSITORY / "template" / "release" / "plan-schema.json"
    assert path.read_text(encoding="utf-8") == json.dumps(schema(), indent=2) + "\n"
    jsonschema.Draft202012Validator.check_schema(schema())
    assert all(each["description"].endswith(".") for each in schema()["properties"].values())
    document = tomllib.loads(FULL.replace("2027-03-02", '"2027-03-02"').replace("2027-02-22", '"2027-02-22"'))
    document["action"][0]["due"] = "2027-04-01"
    assert jsonschema.Draft202012Validator(schema()).is_valid(document)
    assert not jsonschema.Draft202012Validator(schema()).is_valid(document | {"themes": ""})
