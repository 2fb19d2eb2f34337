"""Opening a page as the tests do: every page that is opened is also checked.

Checked each time: it answered, axe finds nothing (where scripts run), the console and the content security
policy stayed silent, nothing makes the page scroll sideways, and every id is there once.
"""

from dataclasses import dataclass, field

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async tags => (await axe.run({runOnly: tags})).violations.map(
  violation => `${violation.id}: ${violation.help}: ` + violation.nodes.map(node => node.html).join(" | "))"""
REPEATED_IDS = """[...document.querySelectorAll("[id]")].map(element => element.id)
  .filter((id, place, ids) => ids.indexOf(id) !== place)"""
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class Visitor:
    """One browser window on the site, with what went wrong in it."""

    page: object
    address: str
    axe: str
    has_scripts: bool
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def visit(self, path, *, status=200):
        """Open the page at the path and check it; return the browser's page."""
        answer = self.page.goto(self.address + path)
        assert answer.status == status, f"{path} answered {answer.status}"
        if status >= 400:
            # The browser itself reports the status of the page in its console.
            self.complaints = [text for text in self.complaints if "Failed to load resource" not in text]
        self.check()
        return self.page

    def check(self):
        """Check the page that is open now, such as after a click."""
        self.page.wait_for_load_state("load")
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        if self.has_scripts:
            assert not self.page.evaluate(IS_TOO_WIDE), f"{self.page.url} scrolls sideways"
            repeated = self.page.evaluate(REPEATED_IDS)
            assert not repeated, (
                f"{self.page.url} has more than one of {repeated}: labels lead to the wrong one"
            )
            self.page.evaluate(self.axe)
            violations = self.page.evaluate(RUN_AXE, WCAG)
            assert not violations, f"{self.page.url}: {violations}"
