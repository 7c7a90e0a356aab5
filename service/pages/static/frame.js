"use strict";
// A link marked data-copy is copied in full when it is pressed; without this it leads where it says.
for (const link of document.querySelectorAll("a[data-copy]")) {
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  const words = link.textContent;
  link.textContent = link.dataset.copy;
  addEventListener("beforeprint", () => { link.textContent = words; });
  addEventListener("afterprint", () => { link.textContent = link.dataset.copy; });
  link.after(said);
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
      said.textContent = " (copied)";
    } catch {
      location.assign(link.href); // pages that are not served over https have no clipboard: it stands in the address bar
    }
  });
}
