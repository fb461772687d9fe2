from mock_bsg.sandbox.report_retries import wait_after


def test_a_report_is_tried_again_four_times_each_later_than_before_and_then_given_up() -> None:
    assert [wait_after(attempts) for attempts in range(1, 7)] == [1_000, 5_000, 15_000, 60_000, None, None]
