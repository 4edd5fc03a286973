"""Giving tasks out: offers, tasks that nobody has, and looking again after a change of the organisation."""
