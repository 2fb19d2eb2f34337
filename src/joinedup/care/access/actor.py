"""The actor: the user or system, acting in one role for one organisation, who asks."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a role or a system may be allowed to do."""

    FIND_PEOPLE = "find_people"
    READ_RECORD = "read_record"
    BREAK_GLASS = "break_glass"
    WRITE_RECORD = "write_record"
    RECORD_CHOICES = "record_choices"
    SEE_LEAVING_HOSPITAL = "see_leaving_hospital"
    DECLARE_READY = "declare_ready"
    SEE_MEASURES = "see_measures"
    SEE_AGREEMENTS = "see_agreements"
    SEE_GALLERY = "see_gallery"
    JOIN_RECORDS = "join_records"
    MANAGE_ACCOUNTS = "manage_accounts"
    REVIEW_LOOKING = "review_looking"


class Purpose(StrEnum):
    """What a look is for. A sharing agreement names the purposes that it covers."""

    DIRECT_CARE = "direct_care"
    PLANNING = "planning"
    AUDIT = "audit"


class Role(StrEnum):
    """The roles that a user may hold for an organisation."""

    DISTRICT_NURSE = "district_nurse"
    SOCIAL_WORKER = "social_worker"
    GENERAL_PRACTITIONER = "general_practitioner"
    DISCHARGE_COORDINATOR = "discharge_coordinator"
    FUND_MANAGER = "fund_manager"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    RECORDS_MANAGER = "records_manager"
    PRIVACY_OFFICER = "privacy_officer"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Return the role as it is said on a page."""
        return self.value.replace("_", " ").capitalize()


_CARE = frozenset(
    {
        Permission.FIND_PEOPLE,
        Permission.READ_RECORD,
        Permission.BREAK_GLASS,
        Permission.RECORD_CHOICES,
        Permission.SEE_LEAVING_HOSPITAL,
        Permission.SEE_MEASURES,
        Permission.SEE_AGREEMENTS,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DISTRICT_NURSE: _CARE,
    Role.SOCIAL_WORKER: _CARE,
    Role.GENERAL_PRACTITIONER: _CARE,
    Role.DISCHARGE_COORDINATOR: _CARE | {Permission.DECLARE_READY, Permission.WRITE_RECORD},
    Role.FUND_MANAGER: frozenset({Permission.SEE_MEASURES}),
    Role.ANALYST: frozenset({Permission.SEE_MEASURES}),
    Role.RECORDS_MANAGER: frozenset({Permission.JOIN_RECORDS, Permission.SEE_AGREEMENTS}),
    Role.PRIVACY_OFFICER: frozenset({Permission.REVIEW_LOOKING, Permission.SEE_AGREEMENTS}),
    Role.ADMINISTRATOR: frozenset(
        {Permission.SEE_GALLERY, Permission.MANAGE_ACCOUNTS, Permission.SEE_AGREEMENTS}
    ),
}


class Scope(StrEnum):
    """What a partner's system may be allowed to do through the API."""

    READ = "read"
    WRITE = "write"


SCOPE_PERMISSIONS: dict[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({Permission.FIND_PEOPLE, Permission.READ_RECORD}),
    Scope.WRITE: frozenset({Permission.WRITE_RECORD}),
}


@dataclass(frozen=True)
class Actor:
    """Who asks. Exactly one of `user_id` and `system_id` is set."""

    name: str
    permissions: frozenset[Permission]
    user_id: int | None = None
    role: Role | None = None
    organisation_id: int | None = None
    organisation_name: str = ""
    system_id: int | None = None
    purpose: Purpose = Purpose.DIRECT_CARE

    @property
    def is_system(self) -> bool:
        """Say whether a partner's system asks, not a user."""
        return self.system_id is not None

    @property
    def source(self) -> int:
        """Return the id of the system that asks; only systems bring in Patients and creates."""
        if self.system_id is None:
            raise ValueError("only a partner's system may do this")
        return self.system_id

    def may(self, permission: Permission) -> bool:
        """Say whether this actor holds the permission."""
        return permission in self.permissions


NOBODY = Actor(name="not signed in", permissions=frozenset())
COMMAND_LINE = Actor(name="whoever runs this installation", permissions=frozenset())
