from mock_bsg.domain.paths import function_path
from mock_bsg.rules.ruleset import Ruleset
from mock_bsg.rules.usage import Usage
from mock_bsg.scenario.library import compile_text


def _ruleset(text: str) -> Ruleset:
    return compile_text(text, "test")


def _hits(ruleset: Ruleset, count: int, usage: Usage | None = None, path: str = "/viber/create") -> list[str | None]:
    usage = Usage() if usage is None else usage
    effects = [ruleset.fault_for("POST", path, {}, b"", usage) for _ in range(count)]
    return [None if effect is None else effect.name for effect in effects]


def test_without_faults_nothing_is_hit() -> None:
    assert _hits(_ruleset(""), 3) == [None, None, None]


def test_fault_is_used_up_after_so_many_times() -> None:
    assert _hits(_ruleset("faults: [{name: down, times: 2, status: 503}]"), 4) == ["down", "down", None, None]


def test_every_third_request_is_hit() -> None:
    assert _hits(_ruleset("faults: [{every: 3, status: 503}]"), 7) == [None, None, "fault 1"] * 2 + [None]


def test_every_counts_matching_requests_only() -> None:
    ruleset = _ruleset('faults: [{match: {path: "/sms/*"}, every: 2, status: 503}]')
    usage = Usage()
    assert _hits(ruleset, 1, usage, "/sms/create") == [None]
    assert _hits(ruleset, 5, usage, "/viber/create") == [None] * 5
    assert _hits(ruleset, 1, usage, "/sms/create") == ["fault 1"]


def test_every_and_times_count_hits_together() -> None:
    assert _hits(_ruleset("faults: [{every: 2, times: 2, status: 503}]"), 8) == [None, "fault 1"] * 2 + [None] * 4


def test_probability_is_drawn_by_the_seed_and_the_same_each_time() -> None:
    text = "seed: {}\nfaults: [{{name: dice, probability: 0.25, status: 503}}]"
    once, again, other = (_hits(_ruleset(text.format(seed)), 400) for seed in (1, 1, 2))
    assert once == again != other
    assert 70 < once.count("dice") < 130


def test_probability_of_1_always_hits() -> None:
    assert _hits(_ruleset("faults: [{probability: 1, status: 503}]"), 50) == ["fault 1"] * 50


def test_first_fault_that_hits_decides_and_hides_the_request_from_those_below() -> None:
    ruleset = _ruleset("faults: [{name: a, every: 2, status: 503}, {name: b, every: 2, status: 500}]")
    assert _hits(ruleset, 8) == [None, "a", "b", "a", None, "a", "b", "a"]


def test_accounts_are_counted_apart() -> None:
    ruleset = _ruleset("faults: [{times: 1, status: 503}]")
    assert _hits(ruleset, 2) == ["fault 1", None]
    assert _hits(ruleset, 2) == ["fault 1", None]


def test_all_keys_of_a_match_must_fit() -> None:
    ruleset = _ruleset("""
        faults:
          - match: {method: [post, PUT], path: "/*/create", header: {X-Api-Key: "test_*"}, body: "*hello*"}
            status: 503
    """)

    def hits(
        method: str = "POST",
        path: str = "/viber/create",
        headers: dict[str, str] | None = None,
        body: bytes = b'{"text": "hello"}',
    ) -> bool:
        given = {"x-api-KEY": "test_1"} if headers is None else headers
        return ruleset.fault_for(method, path, given, body, Usage()) is not None

    assert hits()
    assert hits(method="PUT")
    assert not hits(method="GET")
    assert not hits(path="/viber/price")
    assert not hits(headers={})
    assert not hits(headers={"X-API-KEY": "live_1"})
    assert not hits(body=b"bye")
    assert not hits(body=b"\xff\xfe")


def test_body_that_is_no_text_can_still_be_matched() -> None:
    ruleset = _ruleset("faults: [{match: {body: '/^.{2}ok$/'}, status: 503}]")
    assert ruleset.fault_for("POST", "/", {}, b"\xff\xfeok", Usage()) is not None


def test_effect_has_everything_that_was_written() -> None:
    ruleset = _ruleset("""
        faults:
          - {name: down, status: 503, headers: {Retry-After: "1", X-Number: 2}, delay: 200ms..2s}
          - {match: {path: /x}, error: 11}
          - {fault: truncated_response}
    """)
    effects = [fault.effect for fault in ruleset.faults]
    assert [effect.name for effect in effects] == ["down", "fault 2", "fault 3"]
    assert all(effect.origin == "fault" and effect.ends_request for effect in effects)
    assert effects[0].headers == (("Retry-After", "1"), ("X-Number", "2"))
    assert effects[0].delay == (200, 2000)
    assert (effects[0].status, effects[1].error, effects[2].fault) == (503, 11, "truncated_response")


def test_delay_alone_does_not_end_the_request() -> None:
    assert not _ruleset("faults: [{delay: 1s}]").faults[0].effect.ends_request


def test_faults_hit_paths_of_the_one_api_as_they_are_and_those_of_v1_without_their_base() -> None:
    ruleset = _ruleset("""
        faults:
          - {name: code, match: {path: "/api/2fa/authentications/*/cancel"}, status: 503}
          - {name: send, match: {path: [/api/messages/send, '/^\\/api\\/campaigns\\/\\d+$/']}, status: 503}
          - {name: any, match: {path: "/api/*"}, status: 503}
    """)
    paths = {
        "/api/2fa/authentications/5f0c/cancel": "code",
        "/api/messages/send": "send",
        "/api/campaigns/7": "send",
        "/api/campaigns/7/detail": "any",
        "/messages/send": None,
        "/viber/create": None,
    }
    assert {path: _hits(ruleset, 1, path=function_path(path))[0] for path in paths} == paths
    assert function_path("/api/messages/?page[limit]=15") == "/api/messages"
