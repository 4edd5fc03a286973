"""One FastAPI application: webhooks, web chat, dashboard, API, health and metrics."""
