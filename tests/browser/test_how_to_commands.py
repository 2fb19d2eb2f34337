"""The guides that go on from connecting a partner: every command run as it stands, and what they say would happen."""

import json
import os
import shutil
import subprocess

from playwright.sync_api import expect

from browser.conftest import absent
from browser.test_connect_a_partner import BLOCK, GUIDE, find_somebody_called, script_of, sign_in_anew
from browser.visiting import Visitor

# Whoever has the partner's token and the person: the organisation, the token, the stay.
BEFORE = 3
WARD = (
    'uv run joinedup account create --username ward-two --name "Ward nurse"'
    " --role district_nurse --organisation westmarch"
)


def run_guide(name, partnership, *more):
    """Run the guide's commands after those that lead to it; return what they printed, one line an answer."""
    if not shutil.which("curl"):
        absent("the guides use curl, which is not installed")
    opening = [f"```\n{block}```" for block in BLOCK.findall(GUIDE.read_text())[:BEFORE]]
    own = [f"```\n{block}```" for block in BLOCK.findall((GUIDE.parent / name).read_text())]
    after = [f"```\n{line}\n```" for line in more]
    script = script_of("\n".join(opening + own + after), partnership.address, partnership.data)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("JOINEDUP_", "DJANGO_"))}
    run = subprocess.run(  # noqa: PLW1510 - judged below
        ["bash", "-c", script.replace("curl --silent", "echo; curl --silent")],
        capture_output=True,
        text=True,
        env=kept,
        timeout=180,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return run.stdout.splitlines()


def answers(lines):
    """Return the JSON among the lines."""
    return [json.loads(line) for line in lines if line.startswith("{")]


def weights(answer):
    """Return what an answer says somebody weighs, as a resource or in a Bundle."""
    said = [entry["resource"] for entry in answer["entry"]] if "entry" in answer else [answer]
    return [float(one["valueQuantity"]["value"]) for one in said if one.get("id") == "w-weight-1"]


def test_what_was_known_then_is_what_the_guide_says(partnership):
    found = answers(run_guide("ask-what-was-known.md", partnership))
    assert [weights(answer) for answer in found[-4:]] == [[75.2], [72.5], [72.5], [72.5]]


def test_the_rules_answer_another_system_as_the_guide_says(partnership):
    lines = run_guide("ask-the-rules-from-another-system.md", partnership)
    (charge,) = [answer for answer in answers(lines) if "steps" in answer]
    assert charge["value"]["charge"] == "240.35"
    (values,) = [json.loads(line) for line in lines if line.startswith("[")]
    assert [value["parameter"] for value in values] == ["free_personal_care"]


def test_a_consent_of_the_guide_is_understood_becomes_a_choice_and_ends(partnership, chromium, assets):
    lines = run_guide("record-a-choice.md", partnership, WARD)
    (outcome,) = [answer for answer in answers(lines) if answer["resourceType"] == "OperationOutcome"]
    assert not [issue for issue in outcome["issue"] if "whatever it says" in issue.get("diagnostics", "")]
    page = chromium.new_context(viewport={"width": 320, "height": 640}).new_page()
    page.set_default_timeout(10_000)
    window = Visitor(page, partnership.address, assets, has_scripts=True)
    sign_in_anew(window, "ward-two", lines[-1])
    find_somebody_called(window, "Trumpetwright")
    page.get_by_role("link", name="See or record choices about sharing").click()
    page.wait_for_url("**/sharing")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("has not limited sharing")
    before = page.get_by_role("list", name="What the person chose before")
    expect(before).to_contain_text("No sharing at all")
    expect(before).to_contain_text("Sent by Westmarch wards, Westmarch Hospital")
    expect(before).to_contain_text("Ended")
