"""The FastAPI application: sessions, guards, health and the web chat."""
