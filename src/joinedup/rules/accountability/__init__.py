"""Who plans, commissions, pays for, delivers and inspects health and care, nation by nation and day by day."""
