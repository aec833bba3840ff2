"""From a person's words to a strategy's document: by the phrases, or by a language model."""
