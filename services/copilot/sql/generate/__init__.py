"""SQL for a question: from the glossary, from verified queries, else by the model and checked."""
