"""The text that lies in the archive for whoever opens it in three years."""

_TEXT = """\
Portal archive, written {made} UTC by Portal {version}
{line}

Portal is a live quiz for lectures. This zip is everything that one Portal has kept: every run, from its lobby on.

  index.html          start here: opens in any browser, without a network
  run-N/report.html   a run to read or print: questions, keys, tallies, times, standings
  run-N/*.csv         the same spreadsheets that the console offers
  portal.db           everything that happened, an SQLite file; the views "answers" and "joins" are for people
  SHA256SUMS          sha256sum --check SHA256SUMS tells whether all of it is as it was written

It holds names, student ids, answers and answer keys. Keep it to yourself.

It holds no secret: not the console's password, not the key that signs cookies and receipts, nobody's sign-in. To have
receipts checked later, keep that key as well (the file "secret-key" beside the database, or PORTAL_SECRET_KEY in
/etc/portal/portal.env), somewhere else than this zip.

To put it back
  on your machine     portal restore THIS.zip --db var/portal.db
                      checks it first, and overwrites nothing; then: portal serve --db var/portal.db
  on a server that    unzip THIS.zip portal.db
  bootstrap.sh made   sh deploy/backup.sh restore portal.db
To check it           portal audit portal.db --secret-key=THE-KEY
"""


def readme(made: str, version: str) -> str:
    """``made`` is when, as people write it, in UTC."""
    headline = f"Portal archive, written {made} UTC by Portal {version}"
    return _TEXT.format(made=made, version=version, line="=" * len(headline))
