"use strict";
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  // It brings a main and a first heading of its own, and a page has one of each.
  onComplete: () => {
    document.querySelectorAll("#swagger-ui main").forEach((each) => each.setAttribute("role", "presentation"));
    document.querySelectorAll("#swagger-ui h1").forEach((each) => each.setAttribute("aria-level", "2"));
  },
});
