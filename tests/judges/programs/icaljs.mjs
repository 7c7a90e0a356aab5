// Reads a feed from standard input with ical.js; prints [start, end, title, status, uid] of every event as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

function moment(time) {
  if (time.isDate) return time.toString();
  if (time.zone === ICAL.Timezone.localTimezone) throw new Error(`${time} floats: its zone was not understood`);
  return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
}

const rows = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  const status = component.getFirstPropertyValue("status");
  return [moment(event.startDate), moment(event.endDate), event.summary, status, event.uid];
});
process.stdout.write(JSON.stringify(rows));
