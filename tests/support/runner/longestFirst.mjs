import TestSequencer from '@jest/test-sequencer';

// Jest knows how long a file took where it ran before; in a fresh clone it takes the largest first. These files are short
// and their tests are long: started last, one of them would run alone while the other workers have nothing to do.
const long = [
  ...['tests/e2e/', 'tests/adapters/eventstoredb/', 'tests/commands/killed', 'tests/commands/evidence/'],
  ...['tests/api/asOf', 'tests/api/hostileInput', 'tests/projections/farBehind', 'tests/projections/batches'],
];

const isLong = ({ path }) => long.some((part) => path.includes(part));

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
