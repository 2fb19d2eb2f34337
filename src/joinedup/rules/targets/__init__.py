"""What a nation asks of health and social care on a day: targets, outcomes, and how results are watched."""
