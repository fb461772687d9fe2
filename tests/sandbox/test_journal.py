from mock_bsg.sandbox.journal import KEPT, Journal


def fill(journal: Journal, count: int) -> None:
    for number in range(count):
        journal.open(number, "GET", f"/rest/viber/{number}", ())


def test_journal_numbers_requests_from_one() -> None:
    journal = Journal()
    fill(journal, 3)
    assert [exchange.number for exchange in journal.newest_first()] == [3, 2, 1]
    assert journal.count == 3


def test_journal_keeps_ten_thousand_requests() -> None:
    assert KEPT == 10_000


def test_full_journal_drops_the_oldest_and_says_how_many() -> None:
    journal = Journal()
    fill(journal, KEPT + 3)
    assert (journal.count, journal.dropped) == (KEPT + 3, 3)
    assert [exchange.number for exchange in journal.newest_first()][-1] == 4


def test_exchange_is_found_by_its_number_as_long_as_it_is_kept() -> None:
    journal = Journal()
    fill(journal, KEPT + 2)
    assert journal.get(2) is None
    assert journal.get(0) is None
    assert journal.get(-1) is None
    assert journal.get(KEPT + 3) is None
    oldest, newest = journal.get(3), journal.get(KEPT + 2)
    assert oldest is not None
    assert newest is not None
    assert (oldest.path, newest.path) == ("/rest/viber/2", f"/rest/viber/{KEPT + 1}")
