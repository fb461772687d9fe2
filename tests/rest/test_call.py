"""Paths are told apart from their bases."""

import pytest

from mock_bsg.domain.paths import function_path


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/rest/viber/create", "/viber/create"),
        ("/v1.0/sms/17/?x=/rest", "/sms/17"),
        ("/rest", "/"),
        ("/rest/", "/"),
        ("/rest/v1.0/viber", "/v1.0/viber"),
        ("/restful/viber", "/restful/viber"),
    ],
)
def test_function_path_is_without_base_query_and_last_slash(target: str, path: str) -> None:
    assert function_path(target) == path
