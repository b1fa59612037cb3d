import { expect, test } from '@jest/globals';
import { readStored } from '../../api/evidence/stored.ts';
import type { EventStore, Recorded } from '../../domain/eventLog.ts';

const eventAt = (stream: string, revision: number) => ({
  ...{ eventId: `e-${revision}`, stream, revision },
  position: String(revision).padStart(20, '0'),
});

test('of a long stream the events that are wanted are read, and little of what lies between them', async () => {
  let events = 0;
  const read: EventStore['read'] = async function* (stream, from = 0) {
    for (let revision = from; revision < 100_000; revision += 1) {
      events += 1;
      yield eventAt(stream, revision) as Recorded;
    }
  };
  const wanted = [99_000, 3, 150, 40_000];
  const found = await readStored(
    { read },
    wanted.map((revision) => eventAt('stock-ACME.DC-EAST.BRG-6204', revision)),
  );
  expect(found.map(({ event }) => event.revision)).toEqual([3, 150, 40_000, 99_000]);
  expect(events).toBeLessThan(200);
});
