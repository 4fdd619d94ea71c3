"""How likely generated SQL answers its question: features of question, statement and schema, and their weights."""
