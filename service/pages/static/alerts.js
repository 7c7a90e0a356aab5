"use strict";
// The browser knows its time zone: it stands in the field until another is typed. Without this the calendar's is meant.
const zone = document.querySelector("[data-zone]");
if (zone && !zone.value) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}
const zones = document.getElementById("zones");
if (zones && Intl.supportedValuesOf) {
  for (const each of Intl.supportedValuesOf("timeZone")) {
    const option = document.createElement("option");
    option.value = each;
    zones.append(option);
  }
}
