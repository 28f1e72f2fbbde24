// A server without a public address does not know its own host and port: here its requests and citations get them.
const { origin } = window.location;
for (const part of document.querySelectorAll("[data-local]")) {
  const { local } = part.dataset; // an origin to be replaced, or a path to be completed
  for (const text of part.matches(".cite") ? [part] : part.querySelectorAll("code")) {
    text.textContent = text.textContent.replaceAll(local, local.startsWith("/") ? `${origin}${local}` : origin);
  }
}
