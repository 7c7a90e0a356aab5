"use strict";
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  // What it says above the routes stands on the page already, under the page's only first heading.
  plugins: [() => ({ wrapComponents: { InfoContainer: () => () => null } })],
  // It brings a main of its own, and a page has one.
  onComplete: () => {
    document.querySelectorAll("#swagger-ui main").forEach((each) => each.setAttribute("role", "presentation"));
  },
});
