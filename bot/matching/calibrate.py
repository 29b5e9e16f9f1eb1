"""Where answering begins, from the knowledge base itself: no foreign data, no hand-set score.

Three scores come free with a solution (see `bot.matching.solve`; G is the inverse of k + 0.1 I):

* LOO, each phrasing left out: `Y - A / diag(G)`. Which phrasings lean to another entry.
* LTO, a topic left out with all its phrasings: `Y_B - G_BB^-1 A_B`. What a near miss scores: a question whose
  entry nobody has written yet.
* BANK, each refusal left out: what a sentence that must not be answered scores.

`high`, from which an entry is answered, is the larger of a percentile of BANK and one of LTO, over what names
no platform. Beside a name the bank holds near misses alone, chosen to be hard, so a lower percentile of it
counts; LTO does not, for the entries of one platform are near to each other by nature. Scores beside a name
are put on the same scale, so that one pair of thresholds holds for all. `low`, from which entries are
suggested, is half of `high`: a button costs a person less than being sent away.

Besides, an entry must have heard most of what a question says (`Index.cover`): "apple pay does not work"
resembles Apple's entries by its name alone. Of the answers that must not be given that leaves half.

The percentiles were chosen with an eye on the English golden questions; the German ones, written later, are
the independent measure. `python -m tests.bench.match [--language de]`, 153 entries, 2026-11-25, in percent:

===========  ========  =====  =====  ===========  ==========
bank, named  language  right  wrong  false, near  false, far
===========  ========  =====  =====  ===========  ==========
92, 75       en        78.3   2.7    1.9          3.5
92, 75       de        81.2   1.7    2.6          4.4
95, 75       en        76.4   2.6    1.9          1.2
95, 75       de        79.3   1.7    2.6          2.2
94, 80       en        74.6   2.2    1.9          2.4
94, 80       de        75.3   1.1    2.6          2.2
===========  ========  =====  =====  ===========  ==========

The top score alone decides. Less half of the second, as a margin, it is right more often on made-up topics
whose near misses are pairs of known things (`tests.bench.topics`, 1,000 phrasings, at 5 % false: 37.1 against
30.8 %), and worse at telling what to refuse on golden questions (auroc 0.945 against 0.954 English, 0.942
against 0.954 German).
"""

from __future__ import annotations

import numpy as np

from bot.matching.index import Floats, Thresholds

BANK_PERCENTILE = 95
NAMED_BANK_PERCENTILE = 75
LEFT_OUT_PERCENTILE = 80
SUGGESTED_SHARE = 0.5
LEAST_COVER_PERCENTILE = 20
"""Of the phrasings, each by the others of its entry: how much of a question an entry must have heard."""
SMALLEST_BANK = 20
"""Refusals from which on a bank is asked; with fewer the topics left out answer alone."""

_LOWEST, _HIGHEST = 0.05, 0.9


def make_thresholds(bank: Floats, near: Floats) -> Thresholds:
    """Thresholds for questions that name no platform."""
    left_out = float(np.percentile(near, LEFT_OUT_PERCENTILE)) if near.size else 0.5
    if bank.size >= SMALLEST_BANK:
        high = max(left_out, float(np.percentile(bank, BANK_PERCENTILE)))
        low = SUGGESTED_SHARE * high
    else:
        low, high = 0.7 * left_out, left_out
    low = min(max(low, _LOWEST), _HIGHEST)
    return Thresholds(low=low, high=min(max(low, high), _HIGHEST))


def named_scale(named_bank: Floats, thresholds: Thresholds) -> float:
    """By what scores beside a name are multiplied, so that `thresholds` fit them; 1 with too few refusals."""
    if named_bank.size < SMALLEST_BANK:
        return 1.0
    high = float(np.percentile(named_bank, NAMED_BANK_PERCENTILE))
    return thresholds.high / min(max(high, _LOWEST), _HIGHEST)
