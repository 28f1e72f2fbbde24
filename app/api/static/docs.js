// Starts Swagger UI from files of this service alone. A file of its own, so that no inline script is needed.
"use strict";

window.ui = SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href, // beside this page, so a root path in front of both works
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
  layout: "BaseLayout",
});
