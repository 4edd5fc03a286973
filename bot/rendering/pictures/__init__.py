"""Pictures of processes: the stages of a definition, where its outcomes lead, and how both are drawn."""
