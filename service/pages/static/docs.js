"use strict";
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  // It brings a main of its own, and a page has one.
  onComplete: () => document.querySelectorAll("#swagger-ui main").forEach((each) => each.setAttribute("role", "presentation")),
});
