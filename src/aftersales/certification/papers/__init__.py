"""The papers of a certificate (7.2): the star certificate, notices and public announcements."""
