"use strict";
// What a date will mean is shown while it is typed; without this, before it is recorded.
const when = document.getElementById("field-when");
const reading = document.getElementById("when-reading");
let waiting;
let asked = 0;
async function read() {
  const text = when.value.trim();
  const number = ++asked;
  if (!text) {
    reading.textContent = "";
    return;
  }
  const days = ["known_on", "published-0", "published-1", "published-2"].map((name) => document.getElementById(`field-${name}`)?.value);
  const said = days[0] || days.slice(1).filter(Boolean).sort().pop() || reading.dataset.today;
  const question = new URLSearchParams({ text, said_on: said, calendar: reading.dataset.calendar });
  const answer = await fetch(`/api/v1/when?${question}`, { headers: { Accept: "application/json" } });
  const told = await answer.json();
  if (number === asked) {
    reading.textContent = answer.ok ? spanned(told) : "";
  }
}
const inWords = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
function day(text, open) {
  return text ? inWords.format(new Date(`${text}T00:00:00Z`)) : open;
}
function spanned(told) {
  const [first, last] = [told.starts[0], told.ends[1]];
  const words = told.text.charAt(0).toUpperCase() + told.text.slice(1);
  const plain = first === last;
  return plain ? words : `${words}: ${day(first, "open")} to ${day(last, "open")}`;
}
if (when && reading) {
  when.addEventListener("input", () => {
    clearTimeout(waiting);
    // Half a word is no date: it is asked once typing rests.
    waiting = setTimeout(read, 700);
  });
  if (when.value) {
    read();
  }
}
// A list of names is completed at its end: the browser completes whole fields only, so what stands before goes along.
for (const field of document.querySelectorAll("#field-people, #field-bodies")) {
  const names = [...field.list.options].map((option) => option.value);
  const list = field.list.cloneNode();
  list.id = `${field.id}-list`;
  field.after(list);
  field.setAttribute("list", list.id);
  const offer = () => {
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    list.replaceChildren(...names.filter((name) => !before.includes(name)).map((name) => {
      const option = document.createElement("option");
      option.value = before ? `${before} ${name}` : name;
      return option;
    }));
  };
  field.addEventListener("input", offer);
  offer();
}
