"""Forms: what is asked, drafts, suggestions, completeness, and forms that wait for what is missing."""
