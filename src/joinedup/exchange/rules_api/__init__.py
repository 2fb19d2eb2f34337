"""The rules over HTTP, as JSON: questions in, explained answers out. Nothing that is asked is kept."""
