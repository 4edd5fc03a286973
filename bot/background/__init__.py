"""What runs beside the requests: delivery and timers, and the pace and the retries of calls to platforms."""
