"""The business glossary: questions in business terms, answered in SQL without a model where it covers them."""
