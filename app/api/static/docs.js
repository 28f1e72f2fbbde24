// Starts Swagger UI from files of this service alone. A file of its own, so that no inline script is needed.
"use strict";

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

window.ui = SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href, // next to this page, so that a path prefix in front works
  dom_id: "#swagger-ui",
  deepLinking: true, // every operation has an address that can be sent to someone
  tryItOutEnabled: true, // operations open ready to be run
  displayRequestDuration: true,
  filter: true, // a field that narrows the list by tag
  docExpansion: "list",
  defaultModelsExpandDepth: 0, // schemas stay closed until asked for
  validatorUrl: null, // the badge would send this service's address to an outside host
  queryConfigEnabled: false, // ?url= must not make this page show someone else's document
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [resolveLocally],
  layout: "BaseLayout",
});
