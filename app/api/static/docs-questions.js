// Questions: sends the request of a question when it is opened or asked, and shows the first rows of the answer.

export const lang = document.documentElement.lang;
const locale = `${lang}-CA`;
export const words = JSON.parse(document.body.dataset.words);

export function say(code, values = {}) {
  return words[code].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Elements without markup in strings: what comes from the service is text and stays text.
function element(name, options = {}, ...children) {
  const made = Object.assign(document.createElement(name), options);
  made.append(...children.filter((one) => one !== null && one !== ""));
  return made;
}

// A day in words; any other EDTF date as it is.
function day(date) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date ?? "")) return date ?? "";
  return new Date(`${date}T00:00Z`).toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
}

// Amounts are exact decimals as text, which NumberFormat takes as they are.
const money = (amount, currency) =>
  new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "code", minimumFractionDigits: 0, maximumFractionDigits: 4 }).format(amount);
const number = (value) => new Intl.NumberFormat(locale).format(value);

function rows(records, address, about) {
  return element("ol", {}, ...records.map((record) => {
    const link = element("a", { href: address(record), textContent: record.title });
    return element("li", {}, link, ...about(record).filter(Boolean).map((text) => element("small", { textContent: text })));
  }));
}

const counts = (values) =>
  element("ul", { className: "counts" }, ...values.map(({ label, count }) => element("li", {}, element("b", { textContent: number(count) }), ` ${label}`)));

function first(answer) {
  const shown = answer.data.length, count = answer.page.total;
  return shown < count ? element("p", { textContent: say("first", { shown, count: number(count) }) }) : "";
}

// Titles of actors by their id, in one request.
async function names(ids) {
  if (!ids.length) return {};
  const { data } = await get(`v1/actors?${ids.map((id) => `id=${id}`).join("&")}&limit=200`);
  return Object.fromEntries(data.map((actor) => [actor.id, actor.title]));
}

async function labels(collection, field) {
  const { data } = await get(`v1/vocabularies?collection=${collection}`);
  const values = data.find((one) => one.field === field).values;
  return Object.fromEntries(values.map(({ value, label }) => [value, label]));
}

async function aid(answer) {
  const sums = [...answer.data, ...answer.cumulative];
  const ids = [...new Set(sums.flatMap((sum) => sum.key?.split(",") ?? []))];
  const [titles, bases] = await Promise.all([names(ids), labels("funding-records", "basis")]);
  const cell = (textContent, className = "") => element("td", { textContent, className });
  const body = sums.map((sum) => element("tr", {},
    cell(sum.key ? sum.key.split(",").map((id) => titles[id] ?? id).join(" – ") : say("not-said")),
    cell(money(sum.amount, sum.currency), "number"),
    cell(sum.period ? say("cumulative", { period: sum.period }) : (bases[sum.basis] ?? sum.basis)),
    cell(sum.source)));
  const head = ["through", "amount", "counted", "source"].map((code) => element("th", { scope: "col", textContent: say(code), className: code === "amount" ? "number" : "" }));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
  return [element("p", { textContent: say("answer-aid") }), element("div", { className: "wide", tabIndex: 0 }, table)];
}

function screening(answer) {
  const percent = (score) => new Intl.NumberFormat(locale, { style: "percent" }).format(score);
  const found = answer.data.map(({ designation, score, why }) => ({ ...designation, likeness: `${say("alike", { score: percent(score) })}. ${why.detail}` }));
  return [
    element("p", { textContent: say("answer-name", { count: number(found.length) }) }),
    rows(found, address, (one) => [one.likeness, one.summary]),
    element("p", { className: "notice", textContent: answer.notice }),
  ];
}

// Addresses in answers begin with the path prefix that the settings name; those of this page are relative to it.
const address = (record) => `v1/${record.collection}/${record.id}${lang === "en" ? "" : `?lang=${lang}`}`;

const readers = {
  today: (answer, values) => [
    element("p", { textContent: say("answer-today", { count: number(answer.page.total), day: day(values.day) }) }),
    counts(answer.facets.regime),
    rows(answer.data, address, (one) => [one.summary]),
    first(answer),
  ],
  year: (answer, values) => [
    element("p", { textContent: say("answer-year", { count: number(answer.page.total), year: values.year }) }),
    counts(answer.facets.kind),
    rows(answer.data, address, (one) => [day(one.date), one.summary]),
    first(answer),
  ],
  topics: (answer) => [
    element("p", { textContent: say("answer-topics", { count: number(answer.page.total) }) }),
    rows(answer.data, address, (one) => [one.summary]),
  ],
  aid,
  name: screening,
};

async function get(path) {
  const response = await fetch(path, { headers: { Accept: "application/json", "Accept-Language": lang } });
  const answer = await response.json();
  if (!response.ok) throw new Error([answer.detail, ...(answer.errors ?? []).map((one) => one.detail)].join(" "), { cause: "problem" });
  return answer;
}

// A path with the values of the form, and with the language where it is not the one of the service by default.
function path(question, values) {
  const given = question.dataset.address.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]).replaceAll("'", "%27"));
  return lang === "en" ? given : `${given}${given.includes("?") ? "&" : "?"}lang=${lang}`;
}

const asked = new WeakMap(); // the number of the last request of a question: a slow answer does not replace a newer one

async function ask(question) {
  const form = question.querySelector("form");
  const values = form ? Object.fromEntries(new FormData(form)) : {};
  const place = question.querySelector(".answer");
  const to = path(question, values);
  question.querySelector("pre code").textContent = `curl '${new URL(to, document.baseURI).href}'`;
  question.querySelector("a.json").href = to;
  const turn = (asked.get(question) ?? 0) + 1;
  asked.set(question, turn);
  place.setAttribute("aria-busy", "true");
  if (!place.childElementCount) place.textContent = say("waiting");
  let shown, failed = false;
  try {
    shown = await readers[question.dataset.question](await get(to), values);
  } catch (error) {
    failed = error.cause !== "problem";
    shown = [element("p", { className: "fault", textContent: failed ? say("failed") : error.message })];
  }
  if (asked.get(question) !== turn) return;
  if (failed) asked.delete(question); // opening it again asks again
  place.replaceChildren(...shown.filter(Boolean));
  place.removeAttribute("aria-busy");
}

// Copying needs a secure context: elsewhere there is no button.
function addCopying(pre) {
  if (!navigator.clipboard) return;
  const button = element("button", { type: "button", className: "own", textContent: say("copy") });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pre.textContent);
    button.textContent = say("copied");
    setTimeout(() => { button.textContent = say("copy"); }, 2000);
  });
  pre.after(button);
}

export function startQuestions() {
  const now = new Date();
  const today = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10); // of the reader's own zone
  for (const question of document.querySelectorAll(".question")) {
    const form = question.querySelector("form");
    if (form) {
      form.hidden = false;
      for (const input of form.querySelectorAll("input[type=date]")) input.value ||= today;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        ask(question);
      });
    }
    addCopying(question.querySelector("pre"));
    const opened = () => { if (question.open && !asked.has(question)) ask(question); };
    question.addEventListener("toggle", opened);
    opened(); // a browser that goes back to the page shows it as it was left
  }
}
