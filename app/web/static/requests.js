// Requests as they can be sent from here: a server without a public address does not know its own host and port.
const shown = document.querySelector(".requests[data-local]");
for (const code of shown?.querySelectorAll("code") ?? []) {
  code.textContent = code.textContent.replaceAll(shown.dataset.local, window.location.origin);
}
