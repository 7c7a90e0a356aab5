"""Charts of the analyses as SVG, drawn on the server: from plain rows, without a browser or a network."""
