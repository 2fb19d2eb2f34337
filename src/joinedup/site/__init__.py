"""How joinedup is set up and run: settings, URLs, the embedded database, the data folder, assets, the server."""
