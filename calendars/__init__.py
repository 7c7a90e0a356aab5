"""What a calendar is: the shipped packs, and the languages calendars are read from and published in. Knows schemas."""
