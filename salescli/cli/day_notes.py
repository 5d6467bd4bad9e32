"""The day's notes pasted as they were typed: shown as understood, asked about, corrected, and then logged."""

import contextlib
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import ask, ask_until, choose, confirm
from salescli.cli.next_step import ask_step
from salescli.cli.options import on_terminal
from salescli.cli.run import Run
from salescli.errors import Ambiguous, BadValue, NotFound, Refused, SalesError, system_reason
from salescli.i18n import _
from salescli.vocabulary import Channel, Outcome, parse_word

if TYPE_CHECKING:
    from salescli.services.planning.day_notes import DayNotes, Question, Stored, Unplaced
    from salescli.services.visiting.visits import NextStep

Again = Annotated[bool, typer.Option("--again", help=_("Log notes that stand already a second time."))]
_MOST_KEY_TASKS = 3
_FIELDS = {
    "client": ("客户",),
    "outcome": ("结果",),
    "by": ("方式", "渠道"),
    "at": ("时间",),
    "minutes": ("分钟",),
    "contact": ("联系人",),
    "order": ("订单",),
    "receipt": ("回款",),
    "promise": ("我方承诺", "承诺"),
    "they-promise": ("对方承诺",),
    "next": ("下一步",),
    "no-next": ("不再跟进",),
    "note": ("备注", "记录"),
    "drop": ("删除",),
}
_NONE = ("", "-", "无", "none")


def lines_of(run: Run, file: Path | None) -> list[tuple[int, str]]:
    """The lines of a file of notes, else of standard input; on a terminal they end with a line of a dot."""
    most = run.settings.number("limits.csv_mb")
    return services.visit_lines.lines_of(_data(file, most * 1_000_000 + 1), most)


def _data(file: Path | None, most: int) -> bytes:
    if file is not None:
        try:
            with file.open("rb") as opened:
                return opened.read(most)
        except OSError as problem:
            raise NotFound(
                _("{file} can't be read: {problem}.").format(file=file, problem=system_reason(problem))
            ) from None
    if not on_terminal():
        return sys.stdin.buffer.read(most)
    render.output.say(_("Paste the day's notes, a line or a few a visit; end with a line of only a dot."))
    lines: list[str] = []
    for line in iter(sys.stdin.readline, ""):
        if line.strip() in (".", "。"):
            break
        lines.append(line)
    return "".join(lines).encode("utf-8", "surrogateescape")


def day_and_file(words: list[str], today: date) -> tuple[date, Path | None]:
    """The day and the file that the words behind ``plan close --paste`` name; today and none unless given."""
    day, file = today, None
    for word in words:
        path = Path(word)
        try:
            day = dates.parse_day(word, today, "past")
        except BadValue:
            if not (path.suffix or path.is_file() or any(sign in word for sign in "/\\")):
                raise
            file = path
    return day, file


def understood(run: Run, lines: list[tuple[int, str]], day: date) -> "DayNotes":
    """What the notes of a day say; days to come are told from that day."""
    with run.reading() as session:
        return services.day_notes.read(session, lines, day, day)


def show(notes: "DayNotes", form: Any) -> None:
    """Print what was understood: as JSON, or as a table with what has no place."""
    if form == "json":
        render.output.print_json(render.day_notes.notes_json(notes))
        return
    render.output.show_rows(render.day_notes.rows(notes), render.day_notes.NOTES, form)
    for sentence in render.day_notes.day_words(notes):
        render.output.print_text(sentence)
    for one in notes.unplaced:
        render.output.print_text(render.day_notes.unplaced_words(one))


def settled(
    run: Run, notes: "DayNotes", *, skip: bool, yes: bool, again: bool = False, quiet: bool = False
) -> "DayNotes":
    """The notes as the person wants them: on a terminal asked about and corrected, elsewhere refused if not clear."""
    _refuse_many_tasks(notes)
    if yes or skip:
        notes = _market_kept(notes) if yes else notes
        if skip:
            for one in notes.unplaced:
                render.output.say(render.day_notes.unplaced_words(one))
            notes = replace(notes, unplaced=[])
    if on_terminal() and not yes:
        return _agreed(run, _questions_answered(run, _all_placed(run, notes)), again=again)
    if not quiet:
        _show_aside(notes)
    refuse_unclear(notes)
    _refuse_repeated(run, notes, again=again)
    confirm(_("All right?"), yes=yes)
    return notes


def _market_kept(notes: "DayNotes") -> "DayNotes":
    """The notes with the lines about the market to be kept as insights."""
    market = [one.piece for one in notes.unplaced if one.why == "market"]
    return replace(notes, market=market, unplaced=[one for one in notes.unplaced if one.why != "market"])


def _show_aside(notes: "DayNotes") -> None:
    with contextlib.redirect_stdout(sys.stderr):
        show(notes, "screen")


def _refuse_many_tasks(notes: "DayNotes") -> None:
    if len(notes.key_tasks) > _MOST_KEY_TASKS:
        number = next(piece.line for piece in reversed(notes.said))
        sentence = _("Line {number}: {count} key tasks; a day has at most {most}.")
        raise Refused(
            sentence.format(number=number, count=len(notes.key_tasks), most=_MOST_KEY_TASKS),
            _("Leave the three that matter most."),
        )


def _refuse_of_day(notes: "DayNotes") -> None:
    """Raise for what is said of the day or the market, which a log of visits would drop."""
    of_day = [*notes.said, *(one.piece for one in notes.unplaced if one.why == "market")]
    if of_day:
        first = min(of_day, key=lambda piece: piece.line)
        raise Refused(
            _("Line {number} tells of the day or the market, not of a visit: {text}").format(
                number=first.line, text=render.day_notes.shortened(first.text)
            ),
            _("`sales plan close --paste` takes such lines."),
        )


def refuse_unclear(notes: "DayNotes", *, dry: bool = False) -> None:
    """Raise what keeps the notes from being logged, the first line first: a line without a place, an open question.

    In a ``dry`` run, where the table says it all, that is Refused whatever it is.
    """
    _refuse_many_tasks(notes)
    problems: list[tuple[int, SalesError]] = []
    if notes.unplaced:
        first = notes.unplaced[0]
        numbers = _(", ").join(str(one.piece.line) for one in notes.unplaced)
        sentence = render.day_notes.unplaced_words(first)
        if len(notes.unplaced) > 1:
            sentence = _("Lines {numbers} have no place. {first}").format(numbers=numbers, first=sentence)
        problems.append(
            (first.piece.line, Refused(sentence, _("Name the client in it; --skip leaves such lines out.")))
        )
    problems += [(note.lines[0], _complaint(note.lines[0], question)) for note, question in notes.questions]
    if problems:
        problem = min(problems, key=lambda one: one[0])[1]
        raise Refused(problem.message, problem.hint) if dry else problem


def _complaint(line: int, question: "Question") -> SalesError:
    missing = render.day_notes.question_words(question)
    if question.about == "client":
        return Ambiguous(
            _("Line {number}: {message}").format(number=line, message=missing),
            list(question.choices),
            hint=_("Give the code, or more of the name."),
        )
    sentence = _("Line {number}: {message}").format(number=line, message=_("{what} is missing.").format(what=missing))
    hint = render.day_notes.hint(question)
    if hint is not None:
        return Refused(_("Line {number}: {message}").format(number=line, message=missing), hint)
    return BadValue(sentence, _("Write it into the line: TEXT@DAY is a next step, 不用跟进 says that none follows."))


def _refuse_repeated(run: Run, notes: "DayNotes", *, again: bool) -> None:
    if again:
        return
    with run.reading() as session:
        repeats = services.day_notes.repeated(session, notes)
    if not repeats:
        return
    said = _("Line {number} was logged before, for the same client and day.").format(number=repeats[0].lines[0])
    if not on_terminal():
        raise Refused(said, _("Leave it out; --again logs it a second time."))
    if not confirm(f"{said} {_('Log it again?')}", yes=False):
        raise Refused(_("Nothing was logged."))


# --- on a terminal ---


def _all_placed(run: Run, notes: "DayNotes") -> "DayNotes":
    """Ask for every line that has no place where it belongs."""
    if notes.unplaced:
        show(notes, "screen")
    for one in list(notes.unplaced):
        render.output.say(render.day_notes.unplaced_words(one))
        if one.why == "market" and confirm(_("Keep it as market information?"), yes=False):
            left = [other for other in notes.unplaced if other is not one]
            notes = replace(notes, market=[*notes.market, one.piece], unplaced=left)
            continue
        notes = ask_until(_("A visit's number, a client, or - to leave it out"), _placer(run, notes, one), default="-")
    return notes


def _placer(run: Run, notes: "DayNotes", one: "Unplaced") -> Any:
    def place(words: str) -> "DayNotes":
        if words in _NONE:
            return replace(notes, unplaced=[other for other in notes.unplaced if other is not one])
        with run.reading() as session:
            if words.isdecimal():
                if not 1 <= int(words) <= len(notes.visits):
                    raise BadValue(_("Type a number from 1 to {most}.").format(most=len(notes.visits)))
                return services.day_notes.placed(session, notes, one, notes.day, visit=int(words) - 1)
            return services.day_notes.placed(session, notes, one, notes.day, ref=_a_client(session, words))

    return place


def _a_client(session: Any, words: str) -> str:
    """The code of the client that words mean; what is not found or not clear is asked again."""
    try:
        return str(services.clients.find(session, words).code)
    except (NotFound, Refused) as problem:
        raise BadValue(problem.message, problem.hint) from None


def _questions_answered(run: Run, notes: "DayNotes") -> "DayNotes":
    for place in range(len(notes.visits)):
        client = next((one for one in notes.visits[place].questions if one.about == "client"), None)
        if client is not None:
            render.output.say(notes.visits[place].note)
            code = choose(_("Which client?"), client.choices)
            with run.reading() as session:
                notes = services.day_notes.with_client(session, notes, place, code, notes.day)
        for question in notes.visits[place].questions:
            note = notes.visits[place]
            render.output.say(f"{note.client.name if note.client else ''} {note.note}".strip())
            changed = replace(note, **_answer(run, note, question, notes.day))
            left = tuple(one for one in note.questions if one is not question)
            notes = _with_visit(notes, place, replace(changed, questions=left))
    return replace(notes, visits=[note for note in notes.visits if note.pieces])


def _with_visit(notes: "DayNotes", place: int, note: Any) -> "DayNotes":
    made = [*notes.visits]
    made[place] = note
    return replace(notes, visits=made)


def _answer(run: Run, note: Any, question: "Question", day: date) -> dict[str, Any]:
    """The fields of a visit that the person's answer to a question fills."""
    if question.about == "outcome":
        asked = _("Outcome (Enter for none)")
        return {"outcome": ask_until(asked, lambda words: parse_word(words, Outcome).value if words else None)}
    if question.about in ("order", "receipt"):
        asked = _("{what} (Enter for none)").format(what=render.day_notes.question_words(question))
        return {question.about: ask_until(asked, lambda words: amounts.parse_amount(words) if words else None)}
    if question.about == "promise":
        asked = _("The promise “{text}”: TEXT@DAY, with “they” before it if it is theirs (Enter for none)")
        made = ask_until(asked.format(text=question.words), lambda words: _promise(run, words) if words else None)
        return {"promises": (*note.promises, made)} if made else {}
    if question.about in ("refund", "currency"):
        ask(_("{what}: {hint} (Enter)").format(what=question.words, hint=render.day_notes.hint(question)))
        return {}
    if question.about == "not_made":
        asked = _("It did not take place, it seems. On which DAY will it? (Enter leaves the line out)")
        on = ask_until(asked, lambda words: dates.parse_day(words, day) if words else None)
        return {"not_made": True, "next_step": services.visits.NextStep(_("visit"), on)} if on else {"pieces": ()}
    text = question.words if question.about == "next_day" else None
    return {"next_step": ask_step(run, note.client.code, day, text)}


def _promise(run: Run, words: str) -> Any:
    theirs = words.lower().startswith(("they", "对方", "他", "她", "客户"))
    text = words
    for mark in ("they", "对方", "他们", "他", "她", "客户"):
        if theirs and words.lower().startswith(mark):
            text = words[len(mark) :].lstrip(" :：")
            break
    return services.promise_words.parse_promise(text, run.today, theirs=theirs)


def _agreed(run: Run, notes: "DayNotes", *, again: bool) -> "DayNotes":
    """Show the table until the person agrees; a number and a field correct it."""
    while True:
        show(notes, "screen")
        answer = ask(_("All right? (number to correct, y, n)")).lower()
        if answer in ("y", "yes", "是", "好"):
            _refuse_repeated(run, notes, again=again)
            return notes
        if answer in ("n", "no", "否", "不"):
            raise Refused(_("Nothing was logged."))
        if answer.isdecimal() and 1 <= int(answer) <= len(notes.visits):
            notes = _corrected(run, notes, int(answer) - 1)


def _corrected(run: Run, notes: "DayNotes", place: int) -> "DayNotes":
    fields = _(", ").join(f"{name} {words[0]}" for name, words in _FIELDS.items())
    render.output.say(_("Type a field and its value, such as: next 报价@周五. Fields: {fields}.").format(fields=fields))
    return ask_until(_("Correction"), lambda words: correction(run, notes, place, words))


def correction(run: Run, notes: "DayNotes", place: int, words: str) -> "DayNotes":
    """The notes with one field of a visit changed, as ``FIELD VALUE``; BadValue for what can't be read."""
    name, _blank, value = words.strip().replace("：", " ").replace("=", " ").partition(" ")
    field = next((one for one, others in _FIELDS.items() if name.lower() == one or name in others), None)
    value, note = value.strip(), notes.visits[place]
    if field is None or (not value and field != "drop"):
        raise BadValue(_("“{text}” is no field with its value.").format(text=words))
    if field == "drop":
        return replace(notes, visits=[other for number, other in enumerate(notes.visits) if number != place])
    if field == "client":
        with run.reading() as session:
            code = _a_client(session, value)
            return services.day_notes.with_client(session, notes, place, code, notes.day)
    return _with_visit(notes, place, replace(note, **_changed(run, note, field, value, none=value in _NONE)))


def _changed(run: Run, note: Any, field: str, value: str, *, none: bool) -> dict[str, Any]:
    if field in ("promise", "they-promise"):
        theirs = field == "they-promise"
        kept = tuple(one for one in note.promises if one.theirs != theirs)
        made = () if none else (services.promise_words.parse_promise(value, run.today, theirs=theirs),)
        return {"promises": (*kept, *made)}
    if field == "next":
        return {"next_step": services.visit_lines.parse_next(value, run.today)}
    if field == "no-next":
        return {"next_step": services.visits.NextStep(none_because=value)}
    readers: dict[str, Any] = {
        "outcome": lambda words: parse_word(words, Outcome).value,
        "by": lambda words: parse_word(words, Channel).value,
        "at": dates.parse_time,
        "minutes": amounts.parse_count,
        "order": amounts.parse_amount,
        "receipt": amounts.parse_amount,
    }
    changed = {field: None if none else readers.get(field, str)(value)}
    return changed | ({"outcome": Outcome.ORDER.value} if field == "order" and not none else {})


# --- writing ---


def store(run: Run, session: Any, notes: "DayNotes", details: dict[str, Any] | None = None) -> "list[Stored]":
    """Log the visits of the notes, and keep what they tell of the market."""
    calendar = services.work_calendar.of(session)
    stored = services.day_notes.store(session, notes, run.today, run.settings, calendar, details)
    for piece in notes.market:
        services.insights.add(session, _market_text(piece.text), notes.day)
    return list(stored)


def _market_text(text: str) -> str:
    label_end = max(text.find("："), text.find(":"))
    return text[label_end + 1 :].strip() if 0 <= label_end <= 6 and text[label_end + 1 :].strip() else text.strip()


def told(run: Run, session: Any, stored: "list[Stored]") -> list[str]:
    """What the visits brought and promised, in sentences."""
    said: list[str] = []
    for one in stored:
        if one.order is not None or one.receipt is not None:
            view = None if one.receipt is None else services.receipts.view(session, one.receipt)
            said += render.receipts.booked_words(one.order, view)
        if one.order is not None:
            client = services.visits.client_of(session, one.visit)
            said += services.credits.warnings(session, client, 0, run.today, run.settings)
        said += render.promises.made_words(one.promises) if one.promises else []
        said += render.day_notes.put_off_words(one.view) if one.view.on is None else []
    return said


def log_lines(
    run: Run,
    day: date,
    details: dict[str, Any],
    step: "NextStep | None",
    *,
    yes: bool,
    again: bool,
    dry_run: bool,
    as_json: bool,
) -> "tuple[list[Stored], list[str]] | None":
    """Log the visits that lines of standard input tell, in one transaction; ``None`` where none was to be written."""
    lines = lines_of(run, None)
    with run.reading() as session:
        notes = services.day_notes.read(session, lines, day, run.today, strict=not on_terminal(), step=step)
    if dry_run:
        show(notes, render.output.form(as_json=as_json))
        _refuse_of_day(notes)
        refuse_unclear(notes, dry=True)
        return None
    _refuse_of_day(notes)
    if on_terminal() and not yes:
        notes = settled(run, notes, skip=False, yes=False, again=again)
    else:
        refuse_unclear(notes)
        _refuse_repeated(run, notes, again=again)
    with run.writing("visit log") as session:
        stored = store(run, session, notes, details)
        return stored, told(run, session, stored)


def closed_by(notes: "DayNotes | None", left: list[Any]) -> set[str]:
    """The codes of the open visits that the notes tell of."""
    return set() if notes is None else set(services.day_notes.closed_by(notes, left).values())
