// The page: its questions at once, Swagger UI when it is wanted. The bundle is 1.7 MB of script: reading the questions
// does not need it.
import { startQuestions, say } from "./docs-questions.js";

const list = document.getElementById("list");
const place = document.getElementById("swagger-ui");
let swagger = null; // a promise of the system of Swagger UI, once it is wanted

function load() {
  swagger ??= import("./docs-swagger.js").then(({ start }) => start(place, leave)).catch((error) => {
    console.error(error);
    place.textContent = say("not-loaded");
    list.hidden = false;
  });
  return swagger;
}

// Takes away the list of the page, which Swagger UI replaces. Gives a function that puts the operation at which the
// reader was back to where it was in the window.
function leave() {
  const isWithin = list.getBoundingClientRect().top < 0;
  const links = [...list.querySelectorAll("a")].map((link) => ({ id: `operations-${link.hash.slice(2).replace("/", "-")}`, top: link.getBoundingClientRect().top }));
  list.remove();
  return () => {
    const seen = links.find(({ id, top }) => isWithin && top >= 0 && document.getElementById(id));
    if (seen) scrollBy(0, document.getElementById(seen.id).getBoundingClientRect().top - seen.top);
  };
}

// An address such as #/actors/list_actors opens that operation, wherever the link was made.
async function follow(hash) {
  const system = await load();
  system?.open(hash);
}

startQuestions();
addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#/"]');
  if (!link || event.defaultPrevented) return;
  event.preventDefault();
  history.pushState(null, "", link.hash);
  follow(link.hash);
});
addEventListener("hashchange", () => { if (location.hash.startsWith("#/")) follow(location.hash); });

// Wanted: by an address of an operation, by the first sign of a reader, or because the list is well in sight.
if (location.hash.startsWith("#/")) {
  list.hidden = true; // nobody reads it, and the page would jump when it goes
  follow(location.hash);
}
for (const sign of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart"]) {
  addEventListener(sign, load, { once: true, passive: true });
}
new IntersectionObserver((entries, observer) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  observer.disconnect();
  load();
}, { rootMargin: "0px 0px -25% 0px" }).observe(list);
