"""What follows a contact, from options or from the person at the terminal."""

from datetime import date
from typing import TYPE_CHECKING

from salescli import dates, services
from salescli.cli.ask import ask_until
from salescli.cli.options import on_terminal
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.texts import NOTE_LIMIT, clean

if TYPE_CHECKING:
    from salescli.services.visiting.visits import NextStep

_NOTHING = ("-", "－", "无", "没有", "none")


def given_step(run: Run, next_: str | None, next_on: str | None, no_next: str | None) -> "NextStep | None":
    """The next step given by options; ``None`` when none is given."""
    if (next_ is not None or next_on is not None) and no_next is not None:
        raise BadValue(_("Give --next or --no-next, not both."))
    if no_next is not None:
        return services.visits.NextStep(none_because=no_next)
    if next_ is None and next_on is None:
        return None
    if next_ is None:
        raise BadValue(_("--next is missing."), hint=_("--next-on gives its day, --next its text."))
    if next_on is not None:
        on, hour = dates.parse_day_time(next_on, run.today, "coming")
        return services.visits.NextStep(next_, on, at=hour)
    return services.visit_lines.parse_next(next_, run.today)


def given_or_asked_step(
    run: Run, next_: str | None, next_on: str | None, no_next: str | None, client: str, day: date
) -> "NextStep":
    """The next step given by options, else asked for; BadValue without either."""
    if on_terminal() and next_on is None and no_next is None and not _has_day(next_):
        return ask_step(run, client, day, next_)
    step = given_step(run, next_, next_on, no_next)
    if step is None:
        raise BadValue(
            _("--next or --no-next is missing."),
            hint=_("Every visit ends in a next step TEXT@DAY, or a reason for none."),
        )
    return step


def ask_step(run: Run, client: str, day: date, text: str | None = None) -> "NextStep":
    """What follows the visit of ``day`` to the client of that code; Enter takes the day of its rhythm."""
    told = text or ask_until(
        _("Next step (- for none)"),
        lambda words: services.visit_lines.parse_next(words, run.today) if _has_day(words) else words,
        default=_("contact again"),
    )
    if isinstance(told, services.visits.NextStep):
        return told
    if told in _NOTHING:
        reason = ask_until(_("Why nothing follows"), lambda words: clean(words, field=_("reason"), limit=NOTE_LIMIT))
        return services.visits.NextStep(none_because=reason)
    with run.reading() as session:
        found, _visit = services.visits.met(session, client, run.today)
        rhythm = services.cadence.day_after(found, day, run.settings)
    on, hour = ask_until(
        _("On which day"),
        lambda words: dates.parse_day_time(words, run.today, "coming"),
        default=rhythm.isoformat() if rhythm else "",
    )
    return services.visits.NextStep(told, on, at=hour)


def _has_day(text: str | None) -> bool:
    return text is not None and ("@" in text or "＠" in text)
