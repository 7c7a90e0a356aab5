"use strict";
// The address is selected when it is entered, and copied by a button that only stands where it can work.
const field = document.getElementById("address");
if (field) {
  field.addEventListener("focus", () => field.select());
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.textContent = "Copy";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    field.focus();
    field.select();
    let copied = false;
    try {
      await navigator.clipboard.writeText(field.value);
      copied = true;
    } catch {
      copied = document.execCommand("copy"); // pages that are not served over https have no clipboard
    }
    button.focus();
    said.textContent = copied ? "Copied" : "Not copied: press Ctrl-C in the field";
  });
  field.after(button, said);
}
