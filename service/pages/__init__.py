"""The pages for people: a file per page, plain HTML that needs no JavaScript."""
