"""In the making."""

from portal.web.roles import Row

TABLE: tuple[Row, ...] = ()
