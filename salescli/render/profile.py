"""The profile: what is shown of who uses the program."""

from typing import TYPE_CHECKING

from salescli.i18n import N_
from salescli.render.output import Column

if TYPE_CHECKING:
    from salescli.services.office.profile import ProfileView

PROFILE: "list[Column[ProfileView]]" = [
    Column("name", N_("Name"), lambda profile: profile.name),
    Column("department", N_("Department"), lambda profile: profile.department),
    Column("territory", N_("Territory"), lambda profile: profile.territory),
    Column("email", N_("E-mail"), lambda profile: profile.email),
    Column("supervisor", N_("Supervisor"), lambda profile: profile.supervisor),
    Column("manager", N_("Manager"), lambda profile: profile.manager),
    Column("manager_email", N_("Manager's e-mail"), lambda profile: profile.manager_email),
    Column("currency", N_("Currency"), lambda profile: profile.currency),
    Column("working_week", N_("Working week"), lambda profile: profile.working_week),
    Column("long_week", N_("Long week"), lambda profile: profile.long_week, "day"),
]
