// What pages gain when scripts run; every page works without. No data is kept but one preference.

import { initAll } from "./nhsuk-frontend.min.js";

const SHORTCUTS = "joinedup-shortcuts";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

const search = document.querySelector("#find-person");
const shortcutsAreOn = () => localStorage.getItem(SHORTCUTS) !== "off";

// WCAG 2.1.4: a shortcut of one character must be possible to turn off; speech input sets it off by accident.
function offerShortcuts(line) {
  const state = line.querySelector("[data-shortcuts-state]");
  const toggle = line.querySelector("[data-shortcuts-toggle]");
  const show = () => {
    state.textContent = shortcutsAreOn() ? "The / key goes to “Find a person”." : "The / key does nothing.";
    toggle.textContent = shortcutsAreOn() ? "Turn this off" : "Let it go to “Find a person”";
  };
  toggle.addEventListener("click", () => {
    localStorage.setItem(SHORTCUTS, shortcutsAreOn() ? "off" : "on");
    show();
  });
  show();
  line.hidden = false;
}

const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
const hasModifier = (event) => event.ctrlKey || event.metaKey || event.altKey;

// j and k move between the rows of a list, from whichever row has the focus.
function moveInRows(event) {
  const table = event.target.closest("[data-rows]");
  if (!table || (event.key !== "j" && event.key !== "k")) return;
  const links = [...table.querySelectorAll("th[scope=row] > a")];
  const row = event.target.closest("tr");
  const here = links.findIndex((link) => row && row.contains(link));
  links[here + (event.key === "j" ? 1 : -1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (hasModifier(event) || isTyping(event.target)) return;
  if (event.key === "/" && search && shortcutsAreOn()) {
    event.preventDefault();
    search.focus();
  }
  moveInRows(event);
});

const shortcutsLine = document.querySelector("[data-shortcuts]");
if (shortcutsLine && search) offerShortcuts(shortcutsLine);
