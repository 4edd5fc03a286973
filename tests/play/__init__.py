"""The scenario language: people press buttons by their labels, fill forms by their labels, and time passes by hand."""
