"""Rules for tools that connect step by step: whole rows flow along links, and a step sees every column that arrives."""
