// Swagger UI, from files of this service alone: loads the bundle, and starts it with plugins that group the operations,
// label values, and mend what keeps readers with a keyboard or a screen reader out.
import { lang, say } from "./docs-questions.js";

const at = (path) => new URL(path, document.baseURI).href; // next to the page, so that a path prefix in front works

function element(name, options) {
  return new Promise((done, failed) => {
    const made = Object.assign(document.createElement(name), options, { onload: () => done(made), onerror: () => failed(new Error(`${name} ${options.src ?? options.href}`)) });
    document.head.append(made); // style sheets in their order: ours, which come later, have the last word
  });
}

const json = (path) => fetch(at(path), { headers: { "Accept-Language": lang } }).then((response) => {
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
});

// Resolves references. Those of our document lead to other parts of it, and never in a circle. Swagger UI's own resolver
// is made for any document: it parses the whole document each time an operation is opened, which takes most of a second.
const resolveLocally = {
  fn: {
    resolveSubtree: async (document, path) => {
      const part = path.reduce((value, key) => value?.[key], document);
      return { spec: part === undefined ? null : resolved(part, document, new Map()), errors: [] };
    },
  },
};

// A part of the document in which references are replaced by what they lead to, and each allOf by one schema. `known` has
// the references resolved so far. Swagger UI takes the names of schemas from `$$ref`.
function resolved(part, document, known) {
  if (Array.isArray(part)) return part.map((one) => resolved(one, document, known));
  if (part === null || typeof part !== "object") return part;
  if (typeof part.$ref === "string") {
    if (!known.has(part.$ref)) {
      const steps = part.$ref.split("/").slice(1); // "#" comes first
      const target = steps.reduce((value, step) => value[step], document);
      known.set(part.$ref, { ...resolved(target, document, known), $$ref: part.$ref });
    }
    return known.get(part.$ref);
  }
  const { allOf = [], ...own } = part;
  const whole = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, resolved(value, document, known)]));
  return allOf.map((one) => resolved(one, document, known)).reduceRight(joined, whole); // a schema's own fields first
}

function joined(schema, base) {
  const properties = { ...schema.properties, ...base.properties };
  const required = [...(base.required ?? []), ...(schema.required ?? [])];
  return { ...base, ...schema, properties, required };
}

// Collections and the service stay closed at first: the groups by purpose come before them, and suffice to begin with.
const CLOSED = ["Collections", "Service"];

// Groups (x-tagGroups), names of tags (x-displayName) and the search field: Swagger UI knows none of these.
const grouped = (spec) => ({ React: { createElement: h, Fragment } }) => {
  const groups = spec["x-tagGroups"];
  const groupOf = Object.fromEntries(groups.flatMap((group) => group.tags.map((tag) => [tag, group])));
  const names = Object.fromEntries(spec.tags.map((tag) => [tag.name, tag["x-displayName"]]));
  const every = Object.entries(spec.paths).flatMap(([path, methods]) => Object.values(methods).map((one) => ({ ...one, path })));
  const byId = Object.fromEntries(every.map((one) => [one.operationId, one]));
  const closed = new Set(groups.filter((group) => CLOSED.includes(group.name)).flatMap((group) => group.tags));
  const texts = (operation) => [operation.path, operation.summary, operation.operationId, operation.tags.map((tag) => names[tag])].join(" ").toLowerCase();
  const link = (id) => h("li", { key: id }, h("a", { href: `#/${byId[id].tags[0]}/${id}` }, byId[id].summary));
  const withCode = (text) => text.split("`").map((part, number) => (number % 2 ? h("code", { key: number }, part) : part));

  const Heading = ({ group }) => h("div", { className: "group", lang },
    h("h2", null, group.name),
    h("p", null, ...withCode(group.description)),
    group["x-operations"] ? h("div", { className: "also" }, h("span", null, say("also")), h("ul", { className: "links" }, group["x-operations"].map(link))) : null);
  // Plain text: a link within the button, or the heading, that opens the same is in the way of a keyboard
  const Text = ({ text }) => h("span", null, text);
  const TagName = ({ text }) => h("span", null, names[text] ?? text);
  const instead = (getComponent, replaced) => (name, ...more) => replaced[name] ?? getComponent(name, ...more);

  return {
    fn: {
      // Taken where all words occur in the path, the summary, the id or the tag of an operation
      opsFilter: (tagged, phrase) => {
        const wanted = phrase.toLowerCase().split(/\s+/).filter(Boolean);
        const has = (one) => wanted.every((word) => texts(byId[one.getIn(["operation", "operationId"])]).includes(word));
        return tagged.map((tag) => tag.update("operations", (all) => all.filter(has))).filter((tag) => tag.get("operations").size);
      },
    },
    statePlugins: {
      layout: {
        wrapSelectors: {
          isShown: (original, system) => (_, thing, byDefault) => {
            const [kind, tag] = [thing].flat();
            if (kind !== "operations-tag") return original(thing, byDefault);
            const phrase = system.layoutSelectors.currentFilter();
            return (typeof phrase === "string" && phrase !== "") || original(thing, byDefault && !closed.has(tag));
          },
        },
      },
    },
    wrapComponents: {
      OperationTag: (Original, system) => (props) => {
        const group = groupOf[props.tag];
        const shown = system.specSelectors.taggedOperations().keySeq();
        const isFirst = shown.find((tag) => groupOf[tag] === group) === props.tag;
        const getComponent = instead(props.getComponent, { DeepLink: TagName });
        return h(Fragment, null, isFirst ? h(Heading, { group }) : null, h(Original, { ...props, getComponent }));
      },
      OperationSummaryPath: (Original) => (props) => h(Original, { ...props, getComponent: instead(props.getComponent, { DeepLink: Text }) }),
      FilterContainer: (_, system) => () => {
        let waiting;
        const typed = ({ target }) => {
          clearTimeout(waiting);
          waiting = setTimeout(() => system.layoutActions.updateFilter(target.value.trim() || true), 150);
        };
        return h("div", { className: "filter-container" }, h("label", { lang }, say("filter"), h("input", { type: "search", onChange: typed })));
      },
      InfoContainer: (_, system) => () => {
        const Markdown = system.getComponent("Markdown", true);
        const info = system.specSelectors.info();
        return h("details", { className: "how" }, h("summary", { lang }, say("how")), h(Markdown, { source: info.get("description") }));
      },
    },
  };
};

// Labels of values: a choice shows `nuclear-test - Nuclear test`, and sends the value.
const labelled = (vocabularies) => ({ React: { createElement: h, createContext, useContext, useEffect, useState } }) => {
  const Parameter = createContext({});
  const labelsOf = (collection, field) => {
    const name = field === "include" ? "collection" : field;
    const lists = vocabularies.filter((one) => one.field === name);
    const own = lists.filter((one) => one.collection === collection);
    return Object.fromEntries((own.length ? own : lists).flatMap((one) => one.values.map(({ value, label }) => [value, label])));
  };
  const text = (value, labels) => (labels[value] ? `${value} - ${labels[value]}` : String(value));

  const Select = ({ allowedValues, allowEmptyValue = true, multiple = false, value, onChange, disabled, className, title }) => {
    const { name, collection } = useContext(Parameter);
    const given = value?.toJS?.() ?? (value || (multiple ? [""] : ""));
    const [chosen, choose] = useState(given);
    useEffect(() => choose(given), [String(given)]);
    const changed = ({ target }) => {
      const taken = multiple ? [...target.selectedOptions].map((option) => option.value) : target.value;
      choose(taken);
      onChange?.(taken);
    };
    const labels = labelsOf(collection, name);
    const values = [...allowedValues];
    const options = values.map((one) => h("option", { key: one, value: String(one) }, text(one, labels)));
    const none = allowEmptyValue ? [h("option", { key: "", value: "" }, "--")] : [];
    const size = multiple ? Math.min(values.length + 1, 8) : undefined;
    return h("select", { className, title: title || undefined, multiple, size, value: chosen, onChange: changed, disabled, "aria-label": name }, none, options);
  };

  return {
    wrapComponents: {
      Select: () => Select,
      parameterRow: (Original) => (props) => {
        const value = { name: props.rawParam.get("name"), collection: props.pathMethod[0].split("/")[2] };
        return h(Parameter.Provider, { value }, h(Original, props));
      },
    },
  };
};

// The layout: without the choice of a server, of which there is one, and without a second `main`.
const ourLayout = (shown) => ({ React: { createElement: h, useLayoutEffect } }) => ({
  components: {
    OurLayout: ({ specSelectors, getComponent }) => {
      const isThere = specSelectors.specJson().size > 0;
      useLayoutEffect(() => { if (isThere) shown(); }, [isThere]);
      if (!isThere) return null;
      const parts = ["SvgAssets", "InfoContainer", "errors", "FilterContainer", "operations", "Models"];
      return h("div", { className: "swagger-ui" }, parts.map((name) => h(getComponent(name, true), { key: name })));
    },
  },
  // Swagger UI would take the `_` of an operation id for a blank of the past, and complain: `open` does its work
  statePlugins: { layout: { wrapActions: { parseDeepLinkHash: () => () => ({ type: "none" }) } } },
});

// Opens the operation of an address such as #/actors/list_actors, with its tag, and goes there.
async function open({ layoutActions }, hash) {
  const [tag, id] = decodeURIComponent(hash).slice(2).split("/");
  if (!tag) return;
  layoutActions.show(["operations-tag", tag], true);
  if (id) layoutActions.show(["operations", tag, id], true);
  const name = id ? `operations-${tag}-${id}` : `operations-tag-${tag}`;
  // Once what it opens is drawn, which takes some frames: what comes later would push it away. Unknown names never are.
  for (let frame = 0; frame < 300; frame += 1) {
    await new Promise(requestAnimationFrame);
    const found = document.getElementById(name);
    if (!found || (id && !found.querySelector(".responses-wrapper"))) continue;
    found.scrollIntoView();
    found.querySelector("button").focus({ preventScroll: true });
    return;
  }
}

// Words of the document that are in the language of the page. The rest of Swagger UI is in English.
const WORDS = [".parameters select", ".opblock-tag > a", ".opblock-tag > small", ".opblock-summary-description", ".opblock-description", ".parameters .markdown"]
  .map((one) => `${one}:not([lang])`).join();

// What the bundle leaves out: the language of words, names of fields and buttons, and a way for the keyboard to what scrolls.
function complete(root) {
  for (const text of root.querySelectorAll(WORDS)) text.lang = lang;
  for (const pre of root.querySelectorAll("pre:not([tabindex])")) pre.tabIndex = 0;
  for (const field of root.querySelectorAll("tr[data-param-name] :is(input, textarea):not([aria-label])")) {
    field.setAttribute("aria-label", field.closest("tr").dataset.paramName);
  }
  for (const choice of root.querySelectorAll(".examples-select-element:not([aria-label])")) choice.setAttribute("aria-label", "Examples");
  for (const button of root.querySelectorAll(".expand-operation:not([aria-label])")) {
    button.setAttribute("aria-label", button.closest("h3").querySelector("span").textContent);
  }
}

function watch(root) {
  let isDue = false;
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      complete(root);
    });
  }).observe(root, { childList: true, subtree: true });
}

// Swagger UI's own dark colours hang on a class.
function followColourScheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", set);
  set();
}

// Starts Swagger UI in a place. `leave` is called just before it shows the operations, and what that gives just after.
// Gives `open`, for addresses of operations.
export async function start(place, leave) {
  const [spec, vocabularies] = await Promise.all([
    json(lang === "fr" ? "docs/openapi.fr.json" : "openapi.json"),
    json("v1/vocabularies").then(({ data }) => data).catch(() => []), // without a database: no labels
    element("link", { rel: "stylesheet", href: at("static/swagger-ui/swagger-ui.css") }),
    element("link", { rel: "stylesheet", href: at("static/docs-swagger.css") }),
    element("script", { src: at("static/swagger-ui/swagger-ui-bundle.js") }),
  ]);
  followColourScheme();
  watch(place);
  let arrived;
  const shown = new Promise((done) => { arrived = done; });
  const system = window.SwaggerUIBundle({
    domNode: place,
    deepLinking: true, // every operation has an address that can be sent to someone
    tryItOutEnabled: true, // operations open ready to be run
    displayRequestDuration: true,
    filter: true, // a field that narrows the list
    docExpansion: "list",
    syntaxHighlight: { theme: "obsidian" }, // numbers of the usual theme have a contrast of 3.5
    defaultModelsExpandDepth: 0, // schemas stay closed until asked for
    validatorUrl: null, // the badge would send this service's address to an outside host
    queryConfigEnabled: false, // ?url= must not make this page show someone else's document
    presets: [window.SwaggerUIBundle.presets.apis],
    plugins: [resolveLocally, grouped(spec), labelled(vocabularies), ourLayout(() => arrived())],
    layout: "OurLayout",
  }).getSystem();
  const stay = leave();
  // As a value: Swagger UI reads a text as YAML, which takes a while
  system.specActions.updateUrl(at("openapi.json"));
  system.specActions.updateLoadingStatus("success");
  system.specActions.updateJsonSpec(spec);
  await shown;
  stay();
  return { open: (hash) => open(system, hash) };
}
