"""Money held together by health and social care: forms, agreements, the Better Care Fund, and who bears what."""
