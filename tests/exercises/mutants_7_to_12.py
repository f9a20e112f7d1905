"""Plausible wrong solutions of exercises 7 to 12."""

import mutants_7_and_8
import mutants_9_and_10
import mutants_11_and_12

MUTANTS = {**mutants_7_and_8.MUTANTS, **mutants_9_and_10.MUTANTS, **mutants_11_and_12.MUTANTS}
