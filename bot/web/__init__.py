"""One FastAPI application: who a browser is, what it may do, and the web chat."""
