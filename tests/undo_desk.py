"""A desk on which commands are run one after another in this process, and every command that writes, as lines."""

import contextlib
import gc
import io
import os
import random
import re
import shlex
import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from salescli import config, db
from salescli.cli import root
from salescli.services import changes, undoing

TODAY = "2026-11-25"  # a Wednesday
Rows = dict[tuple[str, int], tuple[Any, ...]]
State = tuple[Rows, dict[str, Any]]

# Every command that writes, each on what those before it left: a line may begin with its moment, as @2026-11-27T17:00.
STORY = """
init --name 张三 --manager 李经理 --manager-email li@example.com --lang zh --yes
client add 杭州蓝海机电有限公司 --grade A --contact 张工 --mobile 13800000000 --tag 重点 --alias 老蓝 --need 密封件
client add 杭州市蓝海机电设备有限公司 --contact 李总 --mobile 13900000000 --district 滨江
client add 宁波红山 --contact 王工
client import more.csv
client edit C0002 --district 西湖 --grade B --tag 旺季 --alias 小蓝
client contact add C0001 赵总 --title 总经理 --primary
client contact edit C0001 张工 --left
client contact remove C0001 赵总 --yes
client credit C0001 --limit 50万 --days 60
client admit C0001 --also 样本协议
client dupes --different C0001 C0003
client grade C0003 --set A --reason 总部指定 --until 2027-06-30
visit plan C0001 今天 14:00 --purpose 送样品
visit plan C0002 明天
visit plan C0003 后天 --expect 签合同
visit edit V0001 --confirmed --materials 样品3件
visit ready V0001 --kind visit
visit ready V0001 1
visit ready V0001 1 --off
visit log C0001 谈了价格 --next 报价@下周三 --outcome 有意向 --promise 样品@周五 --they-promise 付款@月底
log C0002 签了 --order 12万 --receipt 5万 --next 发货@下周五
visit move V0002 下周三 --reason 出差
visit cancel V0003 --reason 改期
visit remove V0003 --yes
plan make 明天 --apply
plan close --gained 拿到样品反馈 --fell-short 太少 --key-task 寄样品 --yes
target set 2026 1200万
week plan --goal 拜访=15 --key-action 拜访=先排A类
@2026-11-27T15:00 week review --reason 销售额=推迟 --action 销售额=周一催签
@2026-11-27T16:00 week send last-week --eml week.eml
@2026-11-27T17:00 week sheet --out week.xlsx
@2026-11-27T17:01 week close --yes
@2026-11-27T17:03 week reply --approve --score 95
target split 2026
target hold 2026-12 80万
target replan 2026 --as-of 2026-11-20
target share 2026 --by territory shares.csv
target set 2026 40 --measure 拜访
target remove 2026 --measure 拜访 --yes
client add 宁波五金
deal add 宁波五金 一期 --amount 35万 --stage 谈判 --expected 月底
gap --plan
product add X200 液压泵 --spec 20MPa --unit 台 --price 3.5万
product edit X200 --price 3.6万
product price C0001 X200 3.3万
product add X300 水泵
product remove X300 --yes
deal add C0001 二期 --amount 35万 --expected 月底
deal move D0002 谈判 --probability 80
deal edit D0002 --amount 36万 --next 送样品@周五
deal park D0002 --reason 预算推迟
deal reopen D0002 --reason 预算已批
deal win D0002 --amount 33万
deal add C0002 三期
deal lose D0003 --reason 价格 --competitor 恒力
deal remove D0003 --yes
quote add C0001 --line "X200 x 10 @ 860 -5%" --valid 30d
quote revise Q0001 --discount 3%
quote submit Q0001 --out form.xlsx
!approve form.xlsx
quote reply form.xlsx
quote send Q0001
quote accept Q0001
quote add C0002 --amount 12万
quote submit Q0002
quote return Q0002 --reason 折扣过高
quote submit Q0002
quote approve Q0002
quote send Q0002
quote reject Q0002 --reason 价格高
quote remove Q0002 --yes
order add C0001 --quote Q0001 --terms 30%预付，70%月结30天 --share 张三=100
order edit O0002 --promised 12-31 --note 推迟
receipt plan O0002 3-6-1质保一年
order prepare O0002
order deliver O0002
order accept O0002
order return O0002 300 --reason 质量问题
order remove O0002-1 --yes
order add C0002 8万
order cancel O0003 --reason 客户取消项目
order remove O0003 --yes
order add C0003 1200
order deliver O0004
order accept O0004
receipt add C0003 1200 --order O0004
order close O0004
order import orders.csv
client grade C0002 --potential 4
client grade --apply
receipt add C0001 3000
receipt allocate R0003 O0002 2000
receipt refund C0001 100 --order O0002 --reason 退货
receipt remove R0003-1 --yes
receipt remove R0003 --yes
receipt invoice O0002 24337000000123456789 1000
receipt uninvoice 24337000000123456789 --yes
receipt import receipts.csv
need add C0001 X200 --quantity 200套 --budget 35万
need move N0001 已报价
need sample N0001 X200密封圈 --quantity 3件
need result N0001 合格
need edit N0001 --budget 36万 --decider 李总
need remove N0001 --yes
promise add C0001 图纸@周五
promise edit P0003 --due 下周三
promise keep P0003
promise reopen P0003
promise waive P0003 --reason 改用现货
promise add C0002 付款30万@月底 --they
promise break P0004 --reason 缺货
promise remove P0004 --yes
competitor add 甲厂 --note 老厂
competitor edit 甲厂 --name 甲机电厂
competitor note 甲机电厂 --aspect price 860元 --ours 920元 --product X200
insight add 甲厂X200降到860 --competitor 甲机电厂 --kind price --at C0001
insight edit I0001 --text 甲厂X200降到850
insight answer I0001 已报总部 --acted
insight size 2026 1.2亿 --basis 年报
insight remove I0001 --yes
competitor add 乙厂
competitor remove 乙厂 --yes
survey log C0001 70 --reason 交货慢 --improve 专人跟催@下周五
survey edit S0001 --score 75
survey remove S0001 --yes
feedback add 蓝海要求月结60天 --to 财务部 --client C0001 --due 周五
feedback edit F0001 --due 下周三
feedback acknowledge F0001
feedback answer F0001 同意
feedback close F0001
feedback remove F0001 --yes
learning add X200新品培训 --hours 1.5 --takeaway 三个卖点
learning edit L0001 --hours 2
learning remove L0001 --yes
ticket open C0001 液压站漏油停机 --severity key --kind quality
ticket respond T0001 --workaround 备用泵 --promised 周五
ticket step T0001 listen 停机两小时
ticket step T0001 understand 密封圈老化
ticket step T0001 solve 换了
ticket step T0001 feed_back 已告知
ticket edit T0001 --severity minor
ticket confirm T0001 --by 张工 --score 90
ticket close T0001 --confirmed
ticket reopen T0001 --reason 又漏油了
ticket remove T0001 --yes
task add 走访十家@月底 --from 王经理 --priority 高 --client C0001
task start K0001
task edit K0001 --requirement 附照片
task move K0001 下周三 --reason 等样品
task done K0001 --completeness 90 --effect 三家
task review K0001 --feedback 名单完整 --quality 90
task archive K0001
task add 整理名单
task drop K0002 --reason 活动取消
task remove K0002 --yes
checklist add visit 样册
checklist remove visit 样册 --yes
calendar off 2026-12-24 --reason 年假
calendar work 2026-11-28 --half
calendar import days.json
config set cadence.A 10
!settings
doctor --mend
client merge C0001 C0002 --yes
client remove C0003 --yes
""".strip().splitlines()

FILES = {
    "more.csv": "名称,联系人,手机,最近拜访,备注\n乙公司,李工,13800000001,2026-10-01,\n宁波青山,,,,老客户\n丁公司,,,,\n",
    "shares.csv": "区域,权重\n滨江,60\n西湖,40\n",
    "orders.csv": "订单号,客户名称,日期,金额\nSO1,宁波红山,2026-05-28,5614.73\nSO2,宁波红山,2026-06-01,1000\n",
    "receipts.csv": "客户名称,日期,金额,订单号\n宁波红山,2026-06-10,500,SO1\n",
    "days.json": '{"year": 2027, "days": [{"name": "春节", "date": "2027-02-20", "isOffDay": false}]}',
}

# What may come in any order; O# is some order, as chance has it.
ANYTHING = (
    """
undo --yes
undo 2 --yes
undo 3 --yes
redo
redo 2
client add 宁波青山 --contact 张工
client import more.csv
client import more.csv --update
client edit C# --district 滨江 --tag 旺季
client edit C# --name 改名 --alias 旧名
client remove C# --yes
client contact add C# 赵总 --primary
client contact edit C# 李总 --left
client contact remove C# 张工 --yes
client credit C# --limit 20万 --days 30
client grade C# --set A --reason x --until 2027-06-30
client grade --apply
client admit C# --also 协议
client dupes --different C# C#
client merge C# C# --yes
visit plan C# 今天
visit plan C# 明天 14:00
visit move V# 下周三 --reason x
visit cancel V# --reason x
visit remove V# --yes
visit edit V# --confirmed
visit ready V# 1
log C# 谈好了 --next 报价@下周三 --outcome 有意向
log C# 签了 --order 12万 --receipt 5万 --no-next x --promise 样品@周五
plan make 明天 --apply
plan make 下周 --apply
plan close --gained x --yes
target set 2026 1200万
target set 2026 10万 --client C#
target split 2026
target hold 2026-12 80万
target replan 2026
target share 2026 --by territory shares.csv
target remove 2026 --yes
gap --plan
product add X200 液压泵 --price 3.5万
product edit X200 --code X201
product price C# X200 3万
product remove X200 --yes
deal add C# 二期 --amount 35万
deal move D# 谈判
deal win D#
deal lose D# --reason 价格 --competitor 恒力
deal reopen D# --reason x
deal remove D# --yes
quote add C# --line "X200 x 10 @ 860"
quote revise Q# --discount 3%
quote submit Q#
quote approve Q#
quote send Q#
quote accept Q#
quote remove Q# --yes
order add C# 8万 --terms 月结60天
order add C# --quote Q#
order import orders.csv
order import orders.csv --update --add-clients
order deliver O#
order accept O#
order return O# 100 --reason x
order cancel O# --reason x
order edit O# --amount 9万 --terms 30%预付，70%月结30天
order remove O# --yes
order close O#
receipt add C# 1万
receipt add C# 3000 --order O#
receipt allocate R# O# 500
receipt allocate R# O# 0
receipt import receipts.csv
receipt refund C# 100
receipt invoice O# 243370 1000
receipt remove R# --yes
need add C# X200 --budget 35万
need move N# 已报价
need sample N# 密封圈
need remove N# --yes
promise add C# 图纸@周五
promise keep P#
promise reopen P#
promise remove P# --yes
competitor add 甲厂
competitor edit 甲厂 --name 乙厂
competitor note 甲厂 --aspect price 860
competitor remove 甲厂 --yes
insight add 降价 --competitor 甲厂 --at C#
insight remove I# --yes
insight size 2026 1.2亿
survey log C# 70 --reason 慢 --improve 跟催@下周五
survey remove S# --yes
feedback add 月结60天 --client C#
feedback answer F# 同意
feedback remove F# --yes
learning add 培训 --hours 1
learning remove L# --yes
ticket open C# 漏油 --severity key
ticket step T# listen 停机
ticket remove T# --yes
task add 走访@月底 --client C#
task add 名单 --parent K#
task done K#
task move K# 下周三 --reason x
task remove K# --yes
checklist add visit 样册
checklist remove visit 样册 --yes
calendar off 2026-12-24
calendar work 2026-12-24
calendar import days.json
config set cadence.A 10
config set cadence.A 12
config set plan.capacity 6
init --name 李四 --lang zh --yes
week plan --goal 拜访=15
week review --reason 销售额=推迟
week sheet --force
week close --yes
week reply --approve --score 90
week reply --return x
doctor --mend
""".strip().splitlines()
    + ["undo --yes", "undo 2 --yes", "redo", "client merge C# C# --yes"] * 2
)


class Desk:
    """A data file with its settings and files beside it, and the program run on them in this process."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.file = Path(shutil.copy(template, folder / "sales.db"))
        self.config = folder / "config.toml"
        for name, text in FILES.items():
            (folder / name).write_text(text, "utf-8")
        self.said = ""

    def run(self, line: str) -> int:
        """The exit code of a command; what it said stands in ``said``."""
        if line.startswith("!"):
            self._by_hand(line)
            return 0
        moment, line = line[1:].split(" ", 1) if line.startswith("@") else (TODAY, line)
        environ = {"SALES_CONFIG": str(self.config), "SALES_TODAY": moment, "SALES_LANG": "en", "SALES_COPIES": "0"}
        said = io.StringIO()
        kept = {name: os.environ.get(name) for name in environ}
        os.environ.update(environ)
        gc.disable()  # as the program does itself
        try:
            with contextlib.chdir(self.file.parent), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                code = root.run(["--db", str(self.file), *shlex.split(line)])
        finally:
            gc.enable()
            for name, value in kept.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})
        self.said = said.getvalue()
        assert code in (0, 2, 3, 4, 6), f"{line}: {self.said}"
        return code

    def _by_hand(self, line: str) -> None:
        """What people do besides the program: answer a form, write in the settings file."""
        if line == "!settings":
            text = self.config.read_text("utf-8").replace("[cadence]", "[cadence]\nB = 20")
            self.config.write_text(text, "utf-8")
            return
        path = self.file.parent / line.split()[1]
        book = openpyxl.load_workbook(path)
        for name, text in {"decision": "批准", "signed": "李经理"}.items():
            ((title, place),) = book.defined_names[f"sales_{name}"].destinations
            book[title][place.replace("$", "")] = text
        book.save(path)

    def state(self) -> State:
        """Every row of every table but the log, as the file keeps it, and what the settings say."""
        return rows_of(self.file), self.settings()

    def settings(self) -> dict[str, Any]:
        """What the settings file says, without what was written there by hand."""
        found = tomllib.loads(self.config.read_text("utf-8")) if self.config.exists() else {}
        found.get("cadence", {}).pop("B", None)
        return {key: value for key, value in found.items() if value != {}}

    def batches(self) -> int:
        """How many commands have changed data, undos and redos counted."""
        with closing(sqlite3.connect(self.file)) as connection:
            count: int = connection.execute("SELECT count(DISTINCT batch) FROM change").fetchone()[0]
            return count

    @contextlib.contextmanager
    def walking(self) -> Iterator[Callable[[int], State]]:
        """Undo (a negative count) and redo as their commands do, many of them in one transaction."""
        with config.kept_on_failure(self.config), db.writing(self.file) as session:
            changes.watch(session, "walk", datetime(2026, 11, 25, 9, tzinfo=UTC))

            def walk(count: int) -> State:
                session.info.pop("batch", None)  # each is a command of its own
                to, step = (undoing.to_undo, undoing.undo) if count < 0 else (undoing.to_redo, undoing.redo)
                config.put_back(self.config, step(session, to(session, abs(count))))
                return rows_in(session.connection().connection.driver_connection), self.settings()

            yield walk


def rows_of(path: Path) -> Rows:
    """Every row of every table but the log, as the file keeps it."""
    with closing(sqlite3.connect(path)) as connection:
        return rows_in(connection)


def rows_in(connection: Any) -> Rows:
    """The same, as a connection of SQLite sees it."""
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        (table, row[0]): row
        for table in tables
        if table != "change" and not table.startswith(("sqlite_", "alembic"))
        for row in connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608
    }


def play(desk: Desk, chance: random.Random, length: int) -> int:
    """Random commands, undos and redos among them, then all the way back and on again; how many changed data.

    Raises AssertionError where a state is not what it was, with the lines that lead there.
    """
    states = [desk.state()]  # before each command that stands, and now
    ahead: list[State] = []  # what redo goes to, the next one last
    told: list[str] = []
    changed = 0
    for line in lines(chance, length):
        batches, told = desk.batches(), [*told, line]
        code = desk.run(line)
        if desk.batches() == batches:
            assert desk.state() == states[-1], f"{told} changed data past the log"
            continue
        assert code == 0 or line.startswith("doctor"), f"{told}: {desk.said}"  # which may find more than it mends
        changed += 1
        word, count = line.split()[0], next((int(one) for one in line.split() if one.isdigit()), 1)
        if word == "undo":
            ahead += [states.pop() for _place in range(count)]
        elif word == "redo":
            states += [ahead.pop() for _place in range(count)]
        else:
            ahead = []
            states.append(desk.state())
        assert desk.state() == states[-1], told
    with desk.walking() as walk:
        for state in reversed(states[:-1]):
            assert walk(-1) == state, f"{told} undone"
        for state in states[1:]:
            assert walk(1) == state, f"{told} redone"
    with desk.walking() as walk:
        if len(states) > 1:
            assert walk(1 - len(states)) == states[0], f"{told} undone at once"
            assert walk(len(states) - 1) == states[-1], f"{told} redone at once"
    return changed


def lines(chance: random.Random, length: int) -> Iterator[str]:
    """Commands of all families over the same few records, as chance has it; many are refused by some rule."""
    yield from STORY[1:4]
    for _place in range(length):
        line = chance.choice(ANYTHING)
        yield re.sub(r"[A-Z]#", lambda found: f"{found[0][0]}{chance.randint(1, 3):04d}", line)
