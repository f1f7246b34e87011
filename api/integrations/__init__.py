"""Other people's systems over HTTP; here our own service, as its command line calls it."""
