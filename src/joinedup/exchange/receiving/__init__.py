"""Partners' extracts through the door: progress kept with each batch, so that a row goes in exactly once."""
