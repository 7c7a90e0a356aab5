// Reads a feed from standard input with node-ical; prints [start, end, title, status, uid] of every event as JSON.
import { readFileSync } from "node:fs";
import ical from "node-ical";

function moment(when) {
  const two = (number) => String(number).padStart(2, "0");
  if (when.dateOnly) return `${String(when.getFullYear()).padStart(4, "0")}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return when.toISOString().replace(".000Z", "Z");
}

const entries = Object.values(ical.sync.parseICS(readFileSync(0, "utf8")));
const events = entries.filter((entry) => entry.type === "VEVENT");
process.stdout.write(JSON.stringify(events.map((event) => [moment(event.start), moment(event.end), event.summary, event.status, event.uid])));
