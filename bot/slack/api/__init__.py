"""The Web API: calls at its pace, addresses, origins, errors."""
