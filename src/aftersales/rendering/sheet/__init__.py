"""A framed sheet of one page, such as a certificate for a wall, as HTML, Word and PDF."""
