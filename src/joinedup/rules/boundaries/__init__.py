"""How far two sets of areas, such as councils and health boards, have common boundaries."""
