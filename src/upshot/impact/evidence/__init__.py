"""How far an answer may be trusted: the rules as data, the grade, and the sentence that may be said."""
