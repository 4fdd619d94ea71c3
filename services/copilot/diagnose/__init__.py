"""What an error means and what to do: a catalogue of known errors first, a model for the rest."""
