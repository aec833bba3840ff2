"""The offline interpreter of English and French: phrases to commands, without model or network.

The path of a turn, as `interpreter` walks it: `normalise` makes its text plain; `tokenise` makes it
words that stand for concepts (`lexicon`, by the tables of `vocabulary`) and typed things
(`entities`, `instruments`, `dates`, `indicators`, `strategies`); `corrections` puts right what was
taken back. A `turn` knows what stands over its words (`guards`). `sentences` and `clauses` cut it;
`gathering` lets each clause point at what was named before. `clause_reader` finds the command
(`intents`), lets nothing pass that is no command (`restraint`), fills its arguments (`builders`,
`trades`) and asks about words that have no place in it (`doubts`). `scope` judges all clauses
together, and `conversation` reads what leans on the turn before.
"""

from bot.interpreter.phrases.interpreter import PhraseInterpreter
from bot.interpreter.phrases.reading import CommandText, Reading

__all__ = ["CommandText", "PhraseInterpreter", "Reading"]
