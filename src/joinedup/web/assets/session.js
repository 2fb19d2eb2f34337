// Says before a session ends, and leaves the page when it has: computers are shared, and a record must not stay open.
// Without scripts the next page that is asked for says it.

const WARNING_SECONDS = 120;
const SECOND = 1000;

const box = document.querySelector("[data-session-left]");
const form = box.querySelector("form");
const text = box.querySelector("[data-session-text]");
let end = Date.now() + Number(box.dataset.sessionLeft) * SECOND;
let timer;

const left = () => (end - Date.now()) / SECOND;
const words = (seconds) => (seconds > 60 ? `${Math.ceil(seconds / 60)} minutes` : "one minute");

function leave() {
  const query = new URLSearchParams({ next: location.pathname + location.search, ended: "idle" });
  location.replace(`${box.dataset.signInAddress}?${query}`);
}

// Another window may have been used meanwhile, so the server is asked before anything is said.
async function ask(address, options) {
  try {
    const response = await fetch(address, { redirect: "manual", headers: { Accept: "application/json" }, ...options });
    if (response.type === "opaqueredirect") return 0;
    return response.ok ? (await response.json()).seconds : null;
  } catch {
    return null;
  }
}

function begin(seconds) {
  end = Date.now() + seconds * SECOND;
  box.hidden = true;
  wait();
}

function warn() {
  text.textContent =
    `Nothing was done for a while. In ${words(left())} you are signed out, and what you typed on this page is lost.`;
  if (!box.hidden) return;
  box.hidden = false;
  box.querySelector("button").focus();
}

async function check() {
  const seconds = await ask(box.dataset.sessionLeftAddress);
  if (seconds === 0) return leave();
  if (seconds !== null && seconds > WARNING_SECONDS) return begin(seconds);
  if (seconds !== null) end = Date.now() + seconds * SECOND;
  if (left() <= 0) return leave();
  warn();
  wait();
}

// Until the warning, then at once, then every minute until the end.
function pause() {
  if (left() > WARNING_SECONDS) return left() - WARNING_SECONDS;
  return box.hidden ? 1 : Math.min(left(), 60);
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(check, Math.max(pause(), 1) * SECOND);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const seconds = await ask(form.action, { method: "POST", body: new FormData(form) });
  if (seconds) begin(seconds);
  else leave();
});

// Timers stand still while a computer sleeps.
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wait());

wait();
