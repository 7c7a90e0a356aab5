"""The JSON dialect: what bodies and query strings are read into, how answers are written. Marshmallow's room."""
