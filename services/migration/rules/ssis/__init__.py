"""Rules for SSIS data flows and control flows."""
