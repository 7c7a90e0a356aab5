"""What the lead-up analyses compute: days, counts, profiles, rate ratios and their intervals. Arrays in, arrays out."""
