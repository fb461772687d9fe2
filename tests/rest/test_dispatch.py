"""Which function a request asks for, however its path is written."""

from __future__ import annotations

import pytest

from mock_bsg.domain.paths import BASES
from mock_bsg.rest import FUNCTIONS
from mock_bsg.rest.dispatch import find_function

FOUND = {(method, function.path): function.handle for function in FUNCTIONS for method in function.methods}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("ending", ["", "/", "?x=1", "/?x=1"])
def test_every_function_is_found_under_both_bases_with_or_without_a_last_slash(base: str, ending: str) -> None:
    for (method, path), handle in FOUND.items():
        target = base + path.replace("{", "").replace("}", "") + ending
        assert find_function(method, target)[0] is handle, target


@pytest.mark.parametrize(
    ("target", "path", "params"),
    [
        ("/rest/viber/217", "/viber/{id}", {"id": "217"}),
        ("/rest/viber/217/", "/viber/{id}", {"id": "217"}),
        ("/rest/viber/217?x=1", "/viber/{id}", {"id": "217"}),
        ("/rest/viber/%3217", "/viber/{id}", {"id": "217"}),
        ("/rest/viber/ext_id_16", "/viber/{id}", {"id": "ext_id_16"}),
        ("/rest/viber/\N{SUPERSCRIPT TWO}", "/viber/{id}", {"id": "\N{SUPERSCRIPT TWO}"}),
        ("/rest/viber/reference/{a}", "/viber/reference/{reference}", {"reference": "{a}"}),
        ("/rest/viber/reference/a%2Fb", "/viber/reference/{reference}", {"reference": "a/b"}),
        ("/v1.0/viber/prices/9", "/viber/prices/{tariff}", {"tariff": "9"}),
        ("/rest/viber/%70rices", "/viber/prices", {}),
    ],
)
def test_parts_that_vary_are_told_decoded(target: str, path: str, params: dict[str, str]) -> None:
    handle, found = find_function("GET", target)
    assert handle is FOUND["GET", path]
    assert found == params


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/rest/viber/create"),
        ("DELETE", "/rest/viber/create"),
        ("POST", "/rest//viber/create"),
        ("POST", "/rest/viber/217"),
        ("GET", "/rest/viber"),
        ("GET", "/rest/viber/"),
        ("GET", "/rest/viber/reference/a/b"),
        ("GET", "/rest/"),
        ("GET", "/REST/viber/1"),
    ],
)
def test_what_is_no_function_is_found_as_none(method: str, target: str) -> None:
    assert find_function(method, target)[0] not in FOUND.values()
