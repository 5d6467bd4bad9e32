"""Texts from people: taken as given, refused where they cannot be, and turned into keys to search by."""

import os
import re
import unicodedata

from salescli.errors import BadValue
from salescli.i18n import _

NAME_LIMIT = 300
HEADLINE_LIMIT = 2_000  # what is said in a line: a problem, a need, market information, feedback
NOTE_LIMIT = 100_000

# Characters that people's and firms' names really use in more than one reading. Every other character is
# spelled in its usual reading only: dictionaries list readings (杭 kang, 机 wei) that nobody types.
_SEVERAL_READINGS = frozenset(
    "行长乐重都大和曾单仇区查覃盖解朴尉冼朝调传会便藏参车厦盛种任校卡茜娜翟葛柏佛埔蔚度贾铺降省折弹系兴"
    "角薄奇泊员少创空冲的地得了着与为中好还间将强切曲散石似宿率数说思速缩它踏提挑通吐宛尾委鲜相削燕叶"
    "艾应扎占轧正只钻作阿奥薛乘称臣处畜垂打当倒钉斗恶发分夫父干葛给更勾观冠桂过号喝荷核哄华划晃混几济"
    "夹价假见监教结尽禁劲经据卷看可壳拉累俩量令溜笼搂露绿论落埋脉蔓没蒙模磨难宁弄片漂撇屏迫期启呛亲"
    "秦券雀塞丧扫色煞扇上舍什胜识受属术刷栓遂台弯王旺圩文吾戏吓巷宪肖血压芽沿要宜荫佣雨语约晕载靓纤若裳"
)
# Readings as surnames, which the tables lack or put last.
_SURNAME_READINGS = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
    "覃": "qin",
    "盖": "ge",
    "解": "xie",
    "朴": "piao",
    "尉": "yu",
    "乐": "yue",
    "冼": "xian",
}
_MOST_SPELLINGS = 16


def clean(text: str, *, field: str, limit: int = NAME_LIMIT) -> str:
    """``text`` without the blanks around it, else BadValue: empty, over ``limit`` characters, or not text.

    Everything else is kept as given, also control and bidi characters: what shows it makes it harmless.
    """
    stripped = text.strip().strip("\u200b\ufeff").strip()
    if not visible(stripped):
        raise BadValue(_("The {field} is empty.").format(field=field))
    if len(stripped) > limit:
        raise BadValue(
            _("The {field} has {count} characters; at most {limit} are taken.").format(
                field=field, count=len(stripped), limit=limit
            )
        )
    if "\x00" in stripped:
        raise BadValue(_("The {field} contains a NUL byte.").format(field=field))
    if any("\ud800" <= char <= "\udfff" for char in stripped):
        raise BadValue(_("The {field} is not valid text in this terminal's encoding.").format(field=field))
    return stripped


def visible(text: str) -> bool:
    """Whether anything of ``text`` can be seen: letters, digits, signs, not only blanks and format characters."""
    return any(unicodedata.category(char) not in ("Cf", "Cc", "Zs", "Zl", "Zp") for char in text)


def folded(text: str) -> str:
    """``text`` to look for words in: NFKC, case folded, in one line, without blanks beside Chinese characters."""
    line = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return re.sub(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])", "", line)


def name_key(name: str) -> str:
    """The normalised name by which records are the same: NFKC, case folded, without spaces or format characters."""
    if name.isascii():
        return "".join(name.casefold().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    if folded.isprintable():  # nothing to leave out but plain blanks; most names, and much faster
        return folded.replace(" ", "")
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char) != "Cf")


def search_text(*parts: str | None) -> str:
    """What a search for any part looks through: the normalised parts, a line each."""
    return "\n".join(name_key(part) for part in parts if part)


def pinyin_keys(*names: str | None) -> tuple[str, str]:
    """Full pinyin and initials of every name, in every likely reading; spellings stand a line each.

    Characters in common use with several readings (曾, 单, 行, 长) are spelled in each of them, the usual one
    first, up to 16 spellings a name.
    """
    full: dict[str, None] = {}
    initials: dict[str, None] = {}
    for name in names:
        for syllables in _spellings(name_key(name or "")):
            full["".join(syllables)] = None
            initials["".join(syllable[0] for syllable in syllables)] = None
    return "\n".join(full), "\n".join(initials)


def _spellings(key: str) -> list[list[str]]:
    spellings: list[list[str]] = [[]]
    for readings in map(_readings, key):
        if len(spellings) * len(readings) > _MOST_SPELLINGS:
            readings = readings[:1]
        spellings = [[*spelling, reading] for reading in readings for spelling in spellings]
    return [spelling for spelling in spellings if spelling]


_readings_of: dict[str, list[str]] = {}


def _readings(char: str) -> list[str]:
    """The readings of one character without tones; a letter or digit reads as itself."""
    known = _readings_of.get(char)
    if known is None:
        known = _readings_of[char] = _look_up(char)
    return known


def _look_up(char: str) -> list[str]:
    if char.isascii():
        return [char]
    # Without these pypinyin takes ten times as long to import; single characters need neither.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin import Style, pinyin  # an import here, so that reading commands never pay for it

    found = [
        re.sub(r"[^a-z]", "", reading.replace("ü", "v"))
        for readings in pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=True)
        for reading in readings
    ]
    readings = [reading for reading in found if reading] or [char]
    if char not in _SEVERAL_READINGS:
        return readings[:1]
    return list(dict.fromkeys([*readings[:2], *filter(None, [_SURNAME_READINGS.get(char)])]))


_QUOTES = {"“": "”", "「": "」", "『": "』", '"': '"', "'": "'", "‘": "’", "＂": "＂", "”": "”"}


def unquoted(text: str) -> str:
    """``text`` without the pair of quotes, of any width, that a person put around all of it."""
    inner = text.strip()
    if len(inner) >= 2 and _QUOTES.get(inner[0]) == inner[-1] and inner[0] not in inner[1:-1]:
        return inner[1:-1].strip()
    return inner
