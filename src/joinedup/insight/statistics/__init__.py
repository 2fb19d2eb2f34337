"""Statistical conventions as the UK's public bodies use them, as Ibis expressions: table in, table out."""
