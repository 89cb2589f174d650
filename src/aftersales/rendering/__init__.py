"""Documents of any domain: their parts, their rendering as HTML, Word, PDF and Markdown, charts and fonts."""
