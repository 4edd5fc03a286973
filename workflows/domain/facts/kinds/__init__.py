"""What each kind of field means: how it is read, kept and compared; `workflows.domain.facts.values.KINDS` has all."""
