import { expect, test } from 'vitest'
import { obstaclesIn } from './obstacles.ts'
import { openGrammars } from './syntax/grammars.ts'
import { readPython } from './syntax/python/read.ts'

const grammars = await openGrammars()

function obstaclesOf(source: string, name: string): readonly string[] {
  return obstaclesIn(readPython(grammars, source), name, { arguments: {}, lines: { first: 1, last: 1 } })
}

const CARRIED = `def smoothed(prices, share):
    average = prices[0]
    line = []
    for price in prices:
        average = share * price + (1 - share) * average
        line.append(average)
    return line
`
const CALLED = `def close_all(broker, orders):
    for order in orders:
        broker.cancel(order)
        log(order)
`
const PLAIN = `def gross(positions):
    total = 0.0
    for position in positions:
        value = position["size"] * position["price"]
        if value > 0:
            total += value
    return total
`
const STEPPED = `def edge(spot, strikes):
    for strike in strikes:
        pass
    while next_one(spot):
        pass
`
const FILLED = `def averages(prices, share):
    line = [prices[0]]
    for price in prices:
        line.append(share * price + (1 - share) * line[-1])
    return line
`
const FRESH = `def spans(rows):
    for row in rows.items():
        if row > 1:
            low = row
        else:
            low = 1
        span = low + 1
        yield_of(span)
`
const FLAT = `def payoff(spot, strike):
    return max(spot - strike, 0.0)


def report(book):
    return payoff(book.spot, book.strike) + total(book)


def total(book):
    return sum(size for size in book)
`

test.each([
  [
    'a value that one round leaves for the next',
    CARRIED,
    'smoothed',
    ['Line 4: a round of the loop needs `average` of the round before, so rounds follow one another.'],
  ],
  [
    'calls of which nothing is known',
    CALLED,
    'close_all',
    [
      'Line 2: each round calls `broker.cancel` and `log`, which may change something, so no call is left out or moved.',
    ],
  ],
  [
    'a list that one round fills for the next',
    FILLED,
    'averages',
    ['Line 3: a round of the loop needs `line` of the round before, so rounds follow one another.'],
  ],
  [
    'nothing of what each round makes for itself, nor of a call that is made once',
    FRESH,
    'spans',
    ['Line 2: each round calls `yield_of`, which may change something, so no call is left out or moved.'],
  ],
  ['nothing where a loop only adds up', PLAIN, 'gross', []],
  [
    'a loop of unknown length',
    STEPPED,
    'edge',
    ['Line 4: how often the loop goes round is not known before it ends.'],
  ],
  [
    'that there is no loop',
    FLAT,
    'payoff',
    ['It has no loop in Python: what it does is done once, or by a library.'],
  ],
  [
    'where the loop may be instead',
    FLAT,
    'report',
    ['It has no loop of its own, but calls `total`, which has; ask for that one.'],
  ],
])('tells %s', (_, source, name, sentences) => {
  expect(obstaclesOf(source, name)).toEqual(sentences)
})
