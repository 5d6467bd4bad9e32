"""Text that could be read as GB18030 and is something else: told apart by which signs are in daily use."""

import re
from collections.abc import Callable

from salescli.i18n import N_

# Beyond this share of rare signs a text is not what it is read as; up to the other one it is.
_TOO_RARE, _USUAL = 0.10, 0.02
_LEAST = 8  # fewer signs say nothing
_WIDE = re.compile("[\u0100-\U0010ffff]")
# Chinese is spread over all initials of the standard's 3,755 daily signs, which stand by pinyin: a to z. What
# keeps to the first half, a to m, is Korean.
_DAILY_SIGN, _LATE_SIGN = re.compile("[\u4e00-\u9fff]"), 0xC9
_LEAST_KOREAN = 24
# A run of signs that may be bytes of another encoding, each shown as one.
_RUN = re.compile("[\u0080-\U0010ffff]+")
_LATIN_BYTES = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{4,}"
)
_LEAST_GARBLED, _NO_ACCIDENT = 3, 4

# Codec, its name, and whether a sign (as the two bytes it is written with) is one in daily use.
_CANDIDATES: tuple[tuple[str, str, Callable[[int], bool]], ...] = (
    ("cp950", "Big5", lambda lead: 0xA1 <= lead <= 0xC6),
    ("cp932", "Shift-JIS", lambda lead: 0x81 <= lead <= 0x97),
)
LANGUAGES = {"cp950": N_("traditional Chinese"), "cp932": N_("Japanese"), "cp949": N_("Korean")}


def other_encoding(sample: bytes, text: str) -> tuple[str, str] | None:
    """The codec and label of what ``sample`` is really written in, when ``text``, read as GB18030, is nonsense."""
    signs = _WIDE.findall(text)
    if len(signs) < _LEAST:
        return None
    if _rare_share(signs, "gb18030", lambda lead: 0xA1 <= lead <= 0xF7, "gb2312") >= _TOO_RARE:
        for codec, label, daily in _CANDIDATES:
            read = _decoded(sample, codec)
            found = _WIDE.findall(read) if read else []
            if len(found) >= _LEAST // 2 and _rare_share(found, codec, daily) <= _USUAL:
                return codec, label
    return ("cp949", "EUC-KR") if _korean(sample, text) else None


def garbled(text: str) -> tuple[str, str] | None:
    """A piece of ``text`` that went through a wrong encoding once, and what it was; None when it's sound.

    UTF-8 taken for GB18030 gives 瀹㈡埛 for 客户, taken for Latin-1 å®¢æ\u0088·; GB18030 taken for Latin-1 ¿Í»§.
    """
    wide = [run for run in _RUN.findall(text) if len(run) > 1]
    latin = _LATIN_BYTES.findall(text)
    for runs, read_as, was in (
        (wide, "gb18030", "utf-8"),
        (latin, "cp1252", "utf-8"),
        (latin, "latin-1", "utf-8"),
        (latin, "latin-1", "gb18030"),
    ):
        mended = [(run, right) for run in runs if (right := _read_again(run, read_as, was))]
        many = len(mended) >= _LEAST_GARBLED and len(mended) * 2 > len(wide)
        if many or any(len(right) >= _NO_ACCIDENT for _run, right in mended):
            return max(mended, key=lambda pair: len(pair[0]) < 12 and len(pair[1]))
    return None


def _read_again(run: str, read_as: str, was: str) -> str | None:
    """What a run of signs says as bytes of ``read_as`` in ``was``: Chinese, or nothing."""
    try:
        right = run.encode(read_as).decode(was)
    except UnicodeError:
        return None
    daily = [sign for sign in right if _is_gb2312(sign)]
    return right if len(daily) == len(right) and any("\u4e00" <= sign <= "\u9fff" for sign in daily) else None


def _is_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeError:
        return False
    return True


def _rare_share(signs: list[str], codec: str, daily: Callable[[int], bool], narrower: str = "") -> float:
    rare = 0
    for sign in signs:
        try:
            rare += not daily(sign.encode(narrower or codec)[0])
        except UnicodeError:
            rare += 1
    return rare / len(signs)


def _decoded(sample: bytes, codec: str) -> str | None:
    for cut in range(2):  # the sample may end inside a sign
        try:
            return sample[: len(sample) - cut].decode(codec)
        except UnicodeError:
            continue
    return None


def _korean(sample: bytes, text: str) -> bool:
    leads = [sign.encode("gb18030")[0] for sign in _DAILY_SIGN.findall(text)]
    if len(leads) < _LEAST_KOREAN or any(not 0xB0 <= lead < _LATE_SIGN for lead in leads):
        return False
    return _decoded(sample, "cp949") is not None
