"""Texts to vectors: all-MiniLM-L6-v2, as int8 ONNX by default."""
