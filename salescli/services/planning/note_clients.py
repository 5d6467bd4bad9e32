"""Whom a note is about: clients by any of their names or a part of them, people at clients by name or as 王总."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlmodel import Session, col

from salescli.company_names import taken_apart
from salescli.models.base import select_columns
from salescli.models.clients import Client, Contact
from salescli.notes.standing import TITLES
from salescli.notes.words import flat
from salescli.services.accounts.clients import ClientRef
from salescli.texts import name_key

Where = Literal["head", "inside"]

_TRADES = (
    "机电|物流|纺织|科技|包装|建材|汽配|电子|电器|电气|机械|餐饮管理|餐饮|管理|贸易|商贸|实业|化工|食品|医药"
    "|医疗器械|医疗|器械|设备|服装|材料|新材料|五金"
    "|塑料|塑胶|印刷|家具|工业|国际|集团|服务|技术|信息|信息技术|网络|软件|发展|投资|控股|工程|建设|自动化"
    "|精密|模具|环保|能源|文化传媒|文化|传媒"
    "|制造|股份|有限|责任|公司|有限公司|股份有限公司|有限责任公司|厂|店|总公司|分公司|工厂|客户|trading|tools"
    "|tech|technology|technologies|industries"
    "|industry|logistics|co|ltd|inc|llc|gmbh|corp|group|company|limited|international|co\\.,ltd\\.?|co\\."
    "|ltd\\.|inc\\."
)
_FORMS = (
    r"股份有限公司|有限责任公司|有限公司|集团公司|集团|公司|(?:trading|company)?co\.?,?ltd\.?|,?ltd\.?"
    r"|,?inc\.?|gmbh|llc|limited|corp\.?"
)
_PLACES = (
    "中国|北京|上海|天津|重庆|浙江|江苏|广东|山东|福建|安徽|湖北|湖南|四川|河南|河北|杭州|宁波|苏州|深圳|广州"
    "|温州|嘉兴|绍兴|金华|南京|无锡|武汉|成都|合肥|青岛|厦门|东莞|佛山"
    "|[一-鿿]{2}[省市区县]|china|shanghai|hangzhou|beijing"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "施查施温康芦俞柳章鲁葛毕焦翁庄颜倪齐樊兰殷洪柴翟安申耿关岳褚娄祝费屠裘应娜"
)
# What a note begins with before it names whom it is about.
_TIME = (
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9一二三四五六七八九十两]{1,3}点(?:半|钟|[一三]刻"
    r"|[0-9一二三四五六七八九十]{1,3}分?)?|[0-9]{1,2} ?[ap]m"
)
_LEAD = (
    rf"(?:[\s\[\](),:;、。.*#>“”\"'-]|[•·–—●○◆■→]|\(?[0-9]{{1,2}}[.、)](?![0-9])|[①-⑳]|{_TIME}|今[天日早晚]"
    r"|明天(?!去)|昨[天日晚]|上午|下午|中午|早上|早晨|一早|晚上"
    r"|傍晚|先|再|又|后来|然后|接着|之后|随后|最后|顺路|顺便|顺道|还|也|我们?|跟|和|与|同|给|到了?|在"
    r"|去了?(?:趟)?|拜访了?|走访了?|回访了?|上门|见了?|见到|约见了?|约了|拜会"
    r"|打了?(?:个|通)?电话|电话(?:里|回访|拜访|联系|跟进)?|致电|电联|(?:企业)?微信(?:上|联系|跟进|问了?|聊了?|回复)?|企微|钉钉|发?邮件|联系了?"
    r"|来到|跑了?(?:趟)?|接到|接了?|收到|陪|老客户|新客户|客户|接待了?|演示了?|开会"
    r"|才到|刚到|刚从|从|送货到|送样到|去见了?|去找了?|找了?|called|phoned|rang|met(?: with)?|visited|saw"
    r"|e-?mail(?:ed)?|wechat(?:ed)?|spoke (?:to|with)|talked (?:to|with)"
    r"|went to|stopped (?:by|at)|dropped (?:by|in at)|call(?: to| with)?|visit(?: to| at| with)?|phone"
    r"|lunch with|at|with|to|the|in the|morning|afternoon|today|then|first|later|also|i|we|mr|ms"
    r"|and|after lunch|noon)*"
)
_CUED = (
    r"(?:去了?(?:趟)?|到了?|拜访了?|走访了?|回访了?|见了|电话给|致电|电话|联系了?|跑了?|在|从|陪|接待了?"
    r"|called|phoned|met|visited|saw|at|to|with)\s*$"
)
# Where another is spoken of within the note of one: 让我联系天成, 介绍了天成, 和红山一样.
_SPOKEN_OF = (
    r"(?:介绍|推荐|提到|说起|听说|说|讲|认识|让我?|叫我?|建议|要我们?|竞争|对手|像|跟|和|与|同|比|是|用|找|被"
    r"|问|introduc\w+|recommend\w+|mention\w*|like|than|from|says?|said|know\w*|about)"
    r"[^,;。]{0,8}$"
)
_CALLED = rf"(?P<name>[一-鿿])(?P<title>{TITLES})|[老小](?P<other>[一-鿿])"
# What of a title fits what people are called.
_MARKS = {
    "总": "总董老",
    "工": "工技",
    "经理": "经",
    "老板": "总董老",
    "会计": "财会",
    "采购": "采",
    "厂长": "厂",
    "科长": "科",
}
_WORDS_EN = frozenset(
    [
        "the",
        "and",
        "for",
        "not",
        "out",
        "call",
        "met",
        "was",
        "has",
        "his",
        "her",
        "him",
        "with",
        "from",
        "new",
        "old",
        "next",
        "order",
        "quote",
        "sample",
        "price",
    ]
)


@dataclass(frozen=True)
class Person:
    """Someone at a client."""

    client: str
    name: str
    title: str | None


@dataclass(frozen=True)
class Mention:
    """Clients that the words at ``start`` to ``end`` of a text may mean, by code, and whether a note begins so."""

    start: int
    end: int
    codes: tuple[str, ...]
    where: Where


@dataclass(frozen=True)
class _Named:
    """The names of a client by what a match with them is worth: whole names, the brand in them, all for parts."""

    whole: frozenset[str]
    brands: frozenset[str]
    lines: tuple[str, ...]


@dataclass
class Names:
    """The names of all clients and of the people there, ready to be looked for in lines."""

    refs: dict[str, ClientRef] = field(default_factory=dict)
    people: dict[str, list[Person]] = field(default_factory=dict)
    _named: dict[str, _Named] = field(default_factory=dict)
    _pairs: dict[str, set[str]] = field(default_factory=dict)
    _by_name: dict[str, list[Person]] = field(default_factory=dict)
    _by_surname: dict[str, list[Person]] = field(default_factory=dict)
    _spelled: dict[str, set[str]] = field(default_factory=dict)

    def add(self, ref: ClientRef, names: Sequence[str], pinyin: str, initials: str) -> None:
        """Take in a client by all its names, and their spellings."""
        keys = [flat(name_key(name)) for name in names]
        cores = {flat(_core(name)) for name in names} - {""}
        brands = {_brand(core) for core in cores if core.isascii()}
        brands |= {flat(taken_apart(name).brand) for name in names if not name.isascii()}
        self.refs[ref.code] = ref
        named = _Named(frozenset(keys) | cores, frozenset(brand for brand in brands if len(brand) > 1), tuple(keys))
        self._named[ref.code] = named
        for key in keys:
            for place in range(len(key) - 1):
                self._pairs.setdefault(key[place : place + 2], set()).add(ref.code)
        for spelling in (*pinyin.split("\n"), *initials.split("\n"), ref.code.lower()):
            if len(spelling) > 1 and spelling not in _WORDS_EN:
                self._spelled.setdefault(spelling, set()).add(ref.code)

    def add_person(self, person: Person) -> None:
        """Take in someone at a client that was added."""
        self.people.setdefault(person.client, []).append(person)
        key = name_key(person.name)
        self._by_name.setdefault(key, []).append(person)
        if key.isascii():
            for word in person.name.lower().split():
                if len(word) > 2:
                    self._by_name.setdefault(word, []).append(person)
        else:
            self._by_surname.setdefault(key[0], []).append(person)

    # --- clients ---

    def mentions(self, text: str) -> list[Mention]:
        """Every mention of clients in a flat line, in order; of what overlaps the better match counts."""
        found: list[Mention] = []
        place = 0
        while place < len(text) - 1:
            best = self._best_at(text, place)
            if best is None:
                place += 1
                continue
            found.append(best)
            place = best.end
        return found

    def _best_at(self, text: str, place: int) -> Mention | None:
        """The mention that begins at ``place``: by a whole name before a brand before a part, the longest of each."""
        if _in_word(text, place):
            return None
        where: Where = "head" if leads(text[:place]) else "inside"
        spelled = self._spelled_at(text, place) if where == "head" else None
        best: tuple[int, int, tuple[str, ...]] | None = None
        for end, key, codes in self._stretches(text, place):
            worth, meant = self._worth(key, codes, where)
            if worth and (best is None or (worth, end) > best[:2]):
                best = (worth, end, meant)
        if best is not None:
            return Mention(place, best[1], best[2], where)
        return spelled

    def _stretches(self, text: str, place: int) -> Iterator[tuple[int, str, set[str]]]:
        """(end, key, codes) of every stretch of text from ``place`` that stands in a name of the clients."""
        key, end = text[place], place + 1
        codes: set[str] | None = None
        while end < len(text):
            sign = text[end]
            end += 1
            if sign == " ":
                if not (key[-1].isascii() and text[end : end + 1].isascii()):
                    return
                continue
            key += sign
            codes = (
                self._pairs.get(key)
                if codes is None
                else {code for code in codes if any(key in line for line in self._named[code].lines)}
            )
            if not codes:
                return
            if not _in_word(text, end):
                yield end, key, codes

    def _worth(self, key: str, codes: set[str], where: Where) -> tuple[int, tuple[str, ...]]:
        """How much a match counts (3 a whole name, 2 a brand, 1 the begin or a part of a name), and whom it means."""
        whole = sorted(code for code in codes if key in self._named[code].whole)
        if whole:
            return 3, tuple(whole)
        if _is_general(key):
            return 0, ()
        brand = sorted(code for code in codes if key in self._named[code].brands)
        if brand:
            return 2, tuple(brand)
        if where != "head" or (key.isascii() and (len(key) < 4 or key in _WORDS_EN)):
            return 0, ()
        begins = sorted(code for code in codes if self._begins(code, key))
        if begins:
            return 1, tuple(begins)
        return (1, tuple(sorted(codes))) if len(key) > 2 else (0, ())

    def _begins(self, code: str, key: str) -> bool:
        named = self._named[code]
        return any(name.startswith(key) for name in (*named.whole, *named.brands))

    def _spelled_at(self, text: str, place: int) -> Mention | None:
        """A client by its code, pinyin or initials, which only the begin of a line is read as."""
        word = re.match(r"[a-z][a-z0-9]+(?![a-z0-9])", text[place:])
        if word is None or word[0] not in self._spelled:
            return None
        return Mention(place, place + word.end(), tuple(sorted(self._spelled[word[0]])), "head")

    # --- people ---

    def people_in(self, text: str) -> list[Mention]:
        """Every mention of people known at clients, by whole name or as 王总, 老李, in order."""
        found: list[Mention] = []
        for place in range(len(text)):
            if not found or place >= found[-1].end:
                mention = self._person_at(text, place)
                found += [mention] if mention else []
        return found

    def _person_at(self, text: str, place: int) -> Mention | None:
        if text[place] == " " or (text[place].isascii() and not text[place].isalpha()):
            return None
        called = re.match(_CALLED, text[place:])
        surname = (called["name"] or called["other"]) if called else ""
        alike = self._by_surname.get(surname, []) if called else []
        for length in (4, 3, 2):
            people = self._by_name.get(text[place : place + length])
            if people and not text[place].isascii() and place + length <= len(text):
                same = called is not None and called.end() == length
                both = {*people, *(_titled(alike, called["title"]) if called and same else ())}
                return self._mention(text, place, place + length, both)
        if called and alike:
            return self._mention(text, place, place + called.end(), _fitting(alike, called["title"]))
        word = re.match(r"[a-z]{3,}(?: [a-z]{2,})?", text[place:])
        if word and not _in_word(text, place):
            for name in (word[0].replace(" ", ""), word[0].split()[0]):
                if name in self._by_name and name not in _WORDS_EN:
                    length = len(word[0]) if " " in word[0] and name != word[0].split()[0] else len(name)
                    return self._mention(text, place, place + length, self._by_name[name])
        return None

    def _mention(self, text: str, start: int, end: int, people: Iterable[Person]) -> Mention:
        where: Where = "head" if leads(text[:start]) else "inside"
        return Mention(start, end, tuple(sorted({person.client for person in people})), where)

    def contact(self, code: str, text: str) -> str | None:
        """The one person of a client whom a text names; ``None`` for nobody or several."""
        names = set()
        for mention in self.people_in(text):
            here = self._at(code, text[mention.start : mention.end])
            names |= {person.name for person in here} if len(here) == 1 else set()
        return names.pop() if len(names) == 1 else None

    def has(self, code: str, words: str) -> bool:
        """Whether a client has someone of that name, or called so."""
        return bool(self._at(code, words))

    def _at(self, code: str, words: str) -> list[Person]:
        """The people of a client that a name or 王总 may mean."""
        people = self.people.get(code, [])
        named = [
            person
            for person in people
            if name_key(person.name) == name_key(words) or words in person.name.lower().split()
        ]
        called = re.fullmatch(_CALLED, words)
        if named or called is None:
            return named
        surname = called["name"] or called["other"]
        return _fitting([person for person in people if person.name[0] == surname], called["title"])


def calls_a_person(text: str) -> re.Match[str] | None:
    """Where a flat text first calls someone 王总 or 李工, known or not."""
    return re.search(rf"[{_SURNAMES}](?:{TITLES})", text)


def names_of(session: Session) -> Names:
    """The names of all clients that are not archived, and of the people there."""
    names = Names()
    codes: dict[int, str] = {}
    rows = session.exec(
        select_columns(
            Client.id, Client.code, Client.name, Client.short_name, Client.aliases, Client.pinyin, Client.initials
        ).where(col(Client.deleted_at).is_(None), col(Client.archived).is_(False))
    )
    for number, code, name, short_name, aliases, pinyin, initials in rows:
        codes[number] = code
        names.add(ClientRef(code, name), [part for part in (name, short_name, *aliases) if part], pinyin, initials)
    people = session.exec(
        select_columns(Contact.client_id, Contact.name, Contact.title).where(
            col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None)
        )
    )
    for number, name, title in people:
        if number in codes:
            names.add_person(Person(codes[number], name, title))
    return names


def is_cued(text: str, mention: Mention) -> bool:
    """Whether the words before a mention say that one went there or called, and not that another spoke of it."""
    before = text[: mention.start]
    return re.search(_CUED, before) is not None and not is_spoken_of(text, mention)


def is_spoken_of(text: str, mention: Mention) -> bool:
    """Whether a client is only spoken of within a note."""
    clause = re.split("[,;。!?]", text[: mention.start])[-1]
    after = text[mention.end :]
    return re.search(_SPOKEN_OF, clause) is not None or re.match(r"也|那边也|的(?!.(?:总|工))", after) is not None


def is_sought(text: str, mention: Mention) -> bool:
    """Whether one is said to go to a client, or to look for someone there, within the note of another."""
    before = re.split("[,;。!?\\s]", text[: mention.start])[-1]
    return re.search(r"(?:去|来|要|再)?(?:去找|找|去见|见|联系|对接|拜访|去)$", before) is not None


def _fitting(people: Sequence[Person], title: str | None) -> list[Person]:
    """Those of the same surname whose title fits what they are called; all where none does or none is said."""
    if title is None:
        return list(people)
    return _titled(people, title) or list(people)


def _titled(people: Sequence[Person], title: str | None) -> list[Person]:
    """Those whose title fits what they are called: 王总 is no 采购员."""
    marks = _MARKS.get(title or "", title or "?")
    return [person for person in people if person.title and any(sign in person.title for sign in marks)]


def _core(name: str) -> str:
    """A firm's name without its legal form and the place it begins with: 杭州蓝海机电有限公司 → 蓝海机电."""
    key = re.sub(r"\(.*?\)", "", name_key(name))
    return re.sub(rf"^(?:{_PLACES})(?=..)", "", re.sub(rf"(?:{_FORMS})$", "", key))


def _brand(core: str) -> str:
    return re.sub(rf"(?:{_TRADES})+$", "", re.sub(f"^(?:{_PLACES})", "", core)) or core


def _is_general(key: str) -> bool:
    """Whether a part of a name is only a place, a trade or a legal form."""
    return re.fullmatch(rf"(?:{_PLACES})?(?:{_TRADES})*", key) is not None


def leads(before: str) -> bool:
    """Whether ``before`` is only what a note begins with before it names a client: a time, 打电话给, 下午去了."""
    return len(before) < 40 and re.fullmatch(_LEAD, before) is not None


def _in_word(text: str, place: int) -> bool:
    """Whether ``place`` parts a word or number of plain letters."""
    return bool(re.fullmatch("[a-z0-9]{2}", text[max(place - 1, 0) : place + 1]))
