"""One module per command of the `joinedup` command line; `joinedup.cli` loads the one that is asked for."""
