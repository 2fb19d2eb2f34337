// Passkeys: makes or asks for one, and sends what the device answered in the form around it.

const SUPPORTED =
  window.isSecureContext && window.PublicKeyCredential && "parseCreationOptionsFromJSON" in PublicKeyCredential;

async function answer(form) {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const problem = form.querySelector("[data-passkey-problem]");
  problem.textContent = "";
  try {
    form.elements.credential.value = JSON.stringify((await answer(form)).toJSON());
  } catch {
    // The browser gives no reason, so that no site learns what devices somebody has.
    problem.textContent = "The passkey was not used. Try again, or use another way.";
    return;
  }
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = false;
  if (SUPPORTED) {
    form.addEventListener("submit", send);
  } else {
    form.querySelector("button[type=submit]").disabled = true;
    form.querySelector("[data-passkey-problem]").textContent =
      "This browser can’t use passkeys here. Use another way, or a newer browser.";
  }
}
