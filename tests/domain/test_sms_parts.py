import pytest

from mock_bsg.domain.sms_parts import Parts, count_parts, is_too_long, split_parts, transliterate

GSM, UCS2 = "GSM 03.38", "UCS-2"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", GSM, 0, 1),
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("a" * 765, GSM, 765, 5),
        ("€" * 80, GSM, 160, 1),
        ("a" + "€" * 80, GSM, 161, 2),
        ("Ω[]{}~|^\\\f\n\r", GSM, 12 + 9, 1),
        ("ё" * 70, UCS2, 70, 1),
        ("ё" * 71, UCS2, 71, 2),
        ("ё" * 134, UCS2, 134, 2),
        ("ё" * 135, UCS2, 135, 3),
        ("`" + "a" * 70, UCS2, 71, 2),
        ("\t" * 70, UCS2, 70, 1),
        ("😀" * 35, UCS2, 70, 1),
        ("😀" * 36, UCS2, 72, 2),
        ("ç" * 160, UCS2, 160, 3),  # GSM has only the capital
        ("\ud83d" * 71, UCS2, 71, 2),  # half a pair, as JSON can carry it
    ],
)
def test_a_text_takes_as_many_parts_as_its_alphabet_needs(text: str, encoding: str, units: int, count: int) -> None:
    parts = split_parts(text)
    assert (parts.encoding, parts.units, parts.count) == (encoding, units, count)


def test_a_text_may_be_forced_into_ucs_2() -> None:
    assert split_parts("a" * 70, ucs2=True) == Parts("UCS-2", 70, 1, ("a" * 70,))
    assert split_parts("a" * 71, ucs2=True) == Parts("UCS-2", 71, 2, ("a" * 67, "a" * 4))


def test_an_escaped_character_is_not_cut_in_two() -> None:
    parts = split_parts("a" * 152 + "€" + "b" * 10)
    assert parts.texts == ("a" * 152, "€" + "b" * 10)
    assert parts.units == 164


def test_keeping_an_escaped_character_whole_can_cost_a_part() -> None:
    text = "a" * 152 + "€" + "b" * 152
    assert split_parts(text).units == 306
    assert split_parts(text).count == count_parts(text) == 3


def test_an_emoji_at_a_parts_edge_is_not_cut_in_two() -> None:
    parts = split_parts("щ" * 66 + "😀" + "щ" * 10)
    assert parts.texts == ("щ" * 66, "😀" + "щ" * 10)


def test_an_emoji_that_just_fits_stays_in_its_part() -> None:
    assert split_parts("щ" * 65 + "😀" + "щ" * 10).texts == ("щ" * 65 + "😀", "щ" * 10)


def test_the_parts_together_are_the_text_and_each_fits() -> None:
    for pattern in ("a", "€", "a€", "ab€c[", "щ", "😀", "щ😀", "a😀bc"):
        for length in range(0, 400, 7):
            text = (pattern * length)[:length]
            for ucs2 in (False, True):
                parts = split_parts(text, ucs2=ucs2)
                room = {(GSM, True): 160, (GSM, False): 153, (UCS2, True): 70, (UCS2, False): 67}
                assert "".join(parts.texts) == text
                assert parts.count == len(parts.texts) == count_parts(text, ucs2=ucs2)
                for part in parts.texts:
                    units = split_parts(part, ucs2=parts.encoding == UCS2).units
                    assert units <= room[parts.encoding, parts.count == 1]


@pytest.mark.parametrize(
    ("text", "ucs2", "too_long"),
    [
        ("a" * 765, False, False),
        ("a" * 766, False, True),
        ("a" * 764 + "€", False, True),
        ("a" * 763 + "€", False, False),
        ("a" * 355, True, False),
        ("a" * 356, True, True),
        ("щ" * 355, False, False),
        ("щ" * 356, False, True),
        ("😀" * 177, False, False),
        ("😀" * 178, False, True),
        ("", False, False),
    ],
)
def test_a_text_is_too_long_beyond_765_septets_or_355_code_units(text: str, ucs2: bool, too_long: bool) -> None:  # noqa: FBT001 -- a table's column
    assert is_too_long(text, ucs2=ucs2) is too_long


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Щука", "Shchuka"),
        ("ЩУКА", "SHCHUKA"),
        ("ПЛЮЩ", "PLYUSHCH"),
        ("Я", "Ya"),
        ("Я и ТЫ", "Ya i TY"),
        ("съешь ещё этих мягких булок", "sesh eshchyo etikh myagkikh bulok"),
        ("Привіт, Їжак, Ґанок, Єва", "Privit, Yizhak, Ganok, Yeva"),
        ("воўк", "vouk"),
        ("Љубав и Џеп, ћуфта", "Ljubav i Dzep, cufta"),
        ("ноќ, Ѓорѓи", "nokj, Gjorgji"),
        ("Қазақстан, әнұран", "Kazakstan, anuran"),
        ("Code 42: naïve Ω 中 😀 €", "Code 42: naïve Ω 中 😀 €"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_cyrillic_becomes_latin_and_the_rest_stays(cyrillic: str, latin: str) -> None:
    assert transliterate(cyrillic) == latin


def test_a_text_that_is_latin_stays_as_it_is_however_often() -> None:
    once = transliterate("ЖЁЛТЫЙ щит, Їжак")
    assert transliterate(once) == once
    assert once.isascii()


def test_transliterated_cyrillic_costs_fewer_parts() -> None:
    text = "Ваш заказ готов, ждём вас. " * 5
    assert split_parts(text).encoding == UCS2
    assert count_parts(text) == 3
    assert split_parts(transliterate(text)).encoding == GSM
    assert count_parts(transliterate(text)) == 1


def test_every_letter_of_the_alphabets_is_known() -> None:
    letters = "абвгґдђѓеёєжзѕиіїйјкќлљмнњопрстћуўфхцчџшщъыьэюя"
    assert transliterate(letters).isascii()
    assert transliterate(letters.upper()).isascii()
    assert transliterate(letters.upper()) == transliterate(letters).upper()
