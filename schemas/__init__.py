"""What a record is: vocabulary, dates, events, queries, the wire dialect and every refusal. Knows nobody of ours."""
