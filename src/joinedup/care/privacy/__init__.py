"""What whoever looks after privacy sees and does: emergency openings, unusual looking, and what came of each."""
