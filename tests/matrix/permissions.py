"""Who may do what, written down a second time and by hand: what the code grants is held against this table."""

from api.domain.access import Permission, Role

_COLUMNS = (
    Role.DISTRICT_SUPERVISOR,
    Role.TOWNSHIP_INSTRUCTOR,
    Role.VILLAGE_LIAISON,
    Role.PROVIDER,
    Role.VISITOR,
    Role.ADMIN,
    Role.DASHBOARD,
    Role.AUDITOR,
)

_TABLE = """
                 supervisor instructor liaison provider visitor admin dashboard auditor
own_account           x          x        x        x       x      x       x        x
reference_read        x          x        x        x       x      x       x        x
elder_read            x          x        x        x       x      -       -        -
registers_read        x          x        x        -       -      -       -        -
elder_reveal          x          x        x        -       -      -       -        -
elder_erase           x          -        -        -       -      -       -        -
elder_draft           x          x        x        -       -      -       -        -
elder_confirm         x          x        -        -       -      -       -        -
elder_import          x          x        -        -       -      -       -        -
visit_read            x          x        x        x       x      -       -        -
visit_record          -          x        x        x       x      -       -        -
visit_oversee         x          x        -        -       -      -       -        -
visit_import          x          x        -        x       -      -       -        -
exception_decide      x          -        -        -       -      -       -        -
settlement_read       x          -        -        x       -      -       -        -
scorecard_read        x          x        -        x       -      -       -        -
rates_read            x          x        x        x       -      -       x        -
rates_names           x          x        x        -       -      -       -        -
policy_manage         x          -        -        -       -      -       -        -
risk_report           x          x        x        x       x      x       x        x
aftercare_read        x          x        x        -       -      -       -        -
aftercare_act         x          x        x        -       -      -       -        -
referral_read         x          x        x        x       -      -       -        -
referral_answer       x          x        -        x       -      -       -        -
referral_manage       x          x        -        -       -      -       -        -
follow_up             x          x        -        -       -      -       -        -
inspect               x          x        -        -       -      -       -        -
inspection_answer     x          x        -        x       -      -       -        -
rectification_answer  x          x        x        x       -      -       -        -
change_propose        x          x        x        x       x      -       -        -
task_do               x          x        x        x       x      -       -        -
month_close           x          -        -        -       -      -       -        -
surge_manage          x          -        -        -       -      -       -        -
surge_propose         x          x        -        -       -      -       -        -
duty_manage           x          -        -        -       -      -       -        -
provider_read         x          x        x        -       -      -       -        -
provider_manage       x          x        -        -       -      -       -        -
contract_manage       x          -        -        -       -      -       -        -
force_manage          x          x        x        -       -      -       -        -
users_manage          x          x        -        -       -      x       -        -
clients_manage        x          -        -        -       -      x       -        -
audit_read            -          -        -        -       -      -       -        x
accesses_read         x          -        -        -       -      -       -        x
"""

HOLDERS: dict[Permission, frozenset[Role]] = {
    Permission(name): frozenset(role for role, mark in zip(_COLUMNS, marks, strict=True) if mark == "x")
    for name, *marks in (line.split() for line in _TABLE.strip().splitlines()[1:])
}
