"""YAML text becomes a checked WorkflowDefinition."""
