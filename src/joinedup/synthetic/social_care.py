"""Social care: referral, assessment, care and support plan, package, and the team that holds it together."""

from collections.abc import Iterator
from decimal import Decimal

from joinedup.synthetic.activities import SOCIAL_WORK
from joinedup.synthetic.calendar import DAY
from joinedup.synthetic.chance import between, count_of, one_of
from joinedup.synthetic.community import contact
from joinedup.synthetic.fhir import BASE, Group, Json, Resource, concept, quantity, reference
from joinedup.synthetic.life import Life, practitioner
from joinedup.synthetic.nation_data import Service
from joinedup.synthetic.partnership import MadeUpPractitioner

# Share of people, by frailty, who have support arranged; those in care homes all have.
SUPPORTED = (0.002, 0.28, 0.6, 0.85)
# From referral to the first days of a plan, at most; nobody is referred who has less than that left.
STEPS_DAYS, SHORTEST_DAYS = 50, 60
HOURS_A_WEEK = ((0, 0), (2, 8), (5, 16), (10, 29))
SERVICE_CODES = f"{BASE}/CodeSystem/social-care-service"
HOME_CARE = concept(SERVICE_CODES, "home_care", "Home care")
CARE_HOME_PLACE = concept(SERVICE_CODES, "care_home_place", "Care home place")
ASSESSMENT_OF_NEEDS = concept(SERVICE_CODES, "assessment_of_needs", "Assessment of care and support needs")
COORDINATOR = concept(f"{BASE}/CodeSystem/care-team-role", "coordinator", "Coordinator")
CARE_TEAM_KIND = concept(f"{BASE}/CodeSystem/care-team-kind", "integrated_team", "Integrated care team")
QUESTIONNAIRE = f"{BASE}/Questionnaire/shared-assessment"
GOALS = (
    "To stay in my own home",
    "To get to the shops again",
    "To see my grandchildren every week",
    "To keep up my garden",
    "To manage my own medicines",
    "To feel safe on the stairs",
)
QUESTIONS = (
    ("washing", "Washing and dressing"),
    ("meals", "Preparing and eating meals"),
    ("moving", "Moving around the home"),
    ("outside", "Getting out of the home"),
)
ANSWERS = ("Manages alone", "Needs some help", "Cannot do this without help")
MESSAGES = (
    "Family asked for an earlier morning visit.",
    "The carer says that they are tired and would like a break.",
    "New walking frame delivered and tried.",
    "Medicines box collected by the neighbour.",
)
TASKS = (
    "Review the care and support plan",
    "Order a bath board",
    "Ring the family about respite",
    "Check the key safe",
)


def social_care(life: Life) -> Iterator[Group]:
    """What the social care organisation did, when the person is one whom it supports."""
    person = life.person
    is_supported = bool(person.home.care_home) or life.rng.random() < SUPPORTED[person.frailty]
    if not is_supported or life.ends - life.starts < SHORTEST_DAYS * DAY:
        return
    worker = life.worker(Service.SOCIAL_CARE)
    referred, assessed, planned = _dates(life)
    yield [_referral(life, referred, worker)]
    yield from contact(life, SOCIAL_WORK, Service.SOCIAL_CARE, assessed, "Assessment")
    yield [_assessment(life, assessed, worker)]
    yield list(_arranged(life, planned, worker))
    for _ in range(count_of(life.rng, 0.9 * life.years)):
        yield from contact(life, SOCIAL_WORK, Service.SOCIAL_CARE, life.working_moment(), "Review")
    yield list(_small_matters(life, planned, worker))


def _dates(life: Life) -> tuple[int, int, int]:
    """When they were referred, assessed and had their plan, on working days each after the other."""
    latest = life.ends // DAY - STEPS_DAYS
    referred = life.working_day(between(life.rng, life.starts // DAY + 3, latest))
    assessed = life.working_day(referred + between(life.rng, 3, 25))
    planned = life.working_day(assessed + between(life.rng, 3, 20))
    return life.at_work(referred), life.at_work(assessed), life.at_work(planned)


def _referral(life: Life, moment: int, worker: MadeUpPractitioner) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": life.new_id("req"),
        "status": "completed",
        "intent": "order",
        "priority": one_of(life.rng, ("routine", "routine", "urgent")),
        "code": ASSESSMENT_OF_NEEDS,
        "subject": life.subject,
        "authoredOn": life.stamp(moment),
        "requester": life.organisation(life.person.home.practice),
        "performer": [life.organisation(worker.organisation)],
    }


def _assessment(life: Life, moment: int, worker: MadeUpPractitioner) -> Resource:
    most = min(2, life.person.frailty)
    items = [
        {
            "linkId": link,
            "text": text,
            "answer": [{"valueString": ANSWERS[between(life.rng, most // 2, most + 1)]}],
        }
        for link, text in QUESTIONS
    ]
    goal = {
        "linkId": "matters",
        "text": "What matters to you?",
        "answer": [{"valueString": one_of(life.rng, GOALS)}],
    }
    return {
        "resourceType": "QuestionnaireResponse",
        "id": life.new_id("asmt"),
        "questionnaire": QUESTIONNAIRE,
        "status": "completed",
        "subject": life.subject,
        "authored": life.stamp(moment),
        "author": practitioner(worker),
        "item": [goal, *items],
    }


def _arranged(life: Life, moment: int, worker: MadeUpPractitioner) -> Iterator[Resource]:
    """The plan, the package that was ordered for it, and for complex people the team with its coordinator."""
    started = life.stamp(moment)
    is_over = life.person.died is not None
    period = {"start": started} | ({"end": life.stamp(life.ends - 1)} if is_over else {})
    team = _team(life, period, worker) if life.person.frailty > 1 else None
    service, provider, amount = _package(life)
    detail: Json = {
        "kind": "ServiceRequest",
        "code": service,
        "status": "completed" if is_over else "in-progress",
    }
    if amount:
        detail["quantity"] = amount
    plan: Resource = {
        "resourceType": "CarePlan",
        "id": life.new_id("plan"),
        "status": "completed" if is_over else "active",
        "intent": "plan",
        "title": "Care and support plan",
        "category": [concept(SERVICE_CODES, "care_and_support_plan", "Care and support plan")],
        "description": one_of(life.rng, GOALS),
        "subject": life.subject,
        "period": period,
        "created": started,
        "author": practitioner(worker),
        "activity": [{"detail": detail | {"performer": [life.organisation(provider)]}}],
    }
    order = _order(life, moment, plan["id"], worker)
    order |= {"code": service, "performer": [life.organisation(provider)]}
    if amount:
        order["quantityQuantity"] = amount
    if team:
        plan["careTeam"] = [reference("CareTeam", team["id"])]
        yield team
    yield plan
    yield order


def _package(life: Life) -> tuple[Json, str, Json | None]:
    """What is arranged, with whom, and for home care how many hours a week, in quarters of an hour."""
    if life.person.home.care_home:
        return CARE_HOME_PLACE, life.person.home.care_home, None
    low, high = HOURS_A_WEEK[max(1, life.person.frailty)]
    quarters = between(life.rng, low * 4, high * 4)
    hours = (Decimal(quarters) / 4).quantize(Decimal("0.01"))
    return HOME_CARE, life.nearest(Service.HOME_CARE), quantity(hours, "hours a week", "h/wk")


def _order(life: Life, moment: int, plan_id: str, worker: MadeUpPractitioner) -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": life.new_id("req"),
        "basedOn": [reference("CarePlan", plan_id)],
        "status": "completed" if life.person.died is not None else "active",
        "intent": "order",
        "category": [concept(SERVICE_CODES, "package", "Care and support package")],
        "subject": life.subject,
        "occurrencePeriod": {"start": life.stamp(moment)},
        "authoredOn": life.stamp(moment),
        "requester": practitioner(worker),
    }


def _team(life: Life, period: Json, worker: MadeUpPractitioner) -> Resource:
    others = (Service.GENERAL_PRACTICE, Service.DISTRICT_NURSING)
    participants: list[Json] = [{"role": [COORDINATOR], "member": practitioner(worker)}]
    for service in others:
        member = life.worker(service)
        participants.append({"role": [{"text": member.role}], "member": practitioner(member)})
    return {
        "resourceType": "CareTeam",
        "id": life.new_id("team"),
        "status": "inactive" if life.person.died is not None else "active",
        "category": [CARE_TEAM_KIND],
        "name": f"Team around {life.person.name}",
        "subject": life.subject,
        "period": period,
        "participant": participants,
        "managingOrganization": [life.organisation(worker.organisation)],
    }


def _small_matters(life: Life, planned: int, worker: MadeUpPractitioner) -> Iterator[Resource]:
    """A message passed on, a task to do."""
    moment = life.at_work(planned // DAY + 1)
    if life.rng.random() < 0.5:
        yield {
            "resourceType": "Communication",
            "id": life.new_id("msg"),
            "status": "completed",
            "subject": life.subject,
            "sent": life.stamp(moment),
            "sender": practitioner(worker),
            "recipient": [life.organisation(life.person.home.practice)],
            "payload": [{"contentString": one_of(life.rng, MESSAGES)}],
        }
    if life.rng.random() < 0.5:
        done = life.rng.random() < 0.7 or life.person.died is not None
        yield {
            "resourceType": "Task",
            "id": life.new_id("task"),
            "status": "completed" if done else "requested",
            "intent": "order",
            "description": one_of(life.rng, TASKS),
            "for": life.subject,
            "authoredOn": life.stamp(moment),
            "lastModified": life.stamp(moment + (60 if done else 0)),
            "owner": practitioner(worker),
        }
