"""Documents without a domain: their parts, and HTML, Word, PDF and Markdown made of them; charts and fonts."""
