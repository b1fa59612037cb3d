import { beforeAll, describe, expect, test } from '@jest/globals';
import { makeDocument } from '../../commands/edi/makeDocument.ts';
import { createExecutor } from '../../commands/handle.ts';
import { envelop } from '../../commands/metadata.ts';
import { type EventStore, type Position, type Recorded, type StreamName, streamName } from '../../domain/eventLog.ts';
import { contextOf } from './commandContext.ts';

const many = 30_000;
const longAgo = [1, 2, many / 2, many];
const stream = streamName('edi', 'ACME', 'NORDBUY');
const at = '2026-11-23T08:00:00.000Z';

/** Streams in memory that count what is read of them. */
const createCountingStore = () => {
  const streams = new Map<StreamName, Recorded[]>();
  let [position, read] = [0, 0];
  const eventsOf = (name: StreamName): Recorded[] => {
    const known = streams.get(name) ?? [];
    streams.set(name, known);
    return known;
  };
  const append: EventStore['append'] = async (name, expected, events) => {
    const known = eventsOf(name);
    if (known.length - 1 !== (expected === 'no-stream' ? -1 : expected))
      return { kind: 'conflict', actual: known.length === 0 ? 'no-stream' : known.length - 1 };
    for (const event of events) {
      position += 1;
      const place = { stream: name, revision: known.length, position: String(position).padStart(20, '0') as Position };
      known.push({ ...event, ...place, recordedAt: at });
    }
    const last = known.at(-1) as Recorded;
    return { kind: 'appended', revision: last.revision, position: last.position, recordedAt: at, duplicate: false };
  };
  const store: EventStore = {
    append,
    read: async function* (name, from = 0) {
      for (const event of eventsOf(name).slice(from)) {
        read += 1;
        yield event;
      }
    },
  };
  return { store, eventsRead: () => read };
};

const { store, eventsRead } = createCountingStore();
const executor = createExecutor(store);
const ports = {
  ...{ executor, store },
  payloads: { put: async () => {} },
  vault: {
    sealsFor: async (subjects: readonly string[]) => new Map(subjects.map((one) => [one, (text: string) => text])),
  },
};
const whose = { bu: 'ACME', partner: 'NORDBUY' };
const about = { soldTo: 'C-1001', kind: '855', functionalId: 'PR', orderId: null, reference: 'PO', acknowledges: true };

const make = (documentId: string) =>
  makeDocument(
    ports,
    { ...whose, ...about, documentId, write: (number) => `${documentId} ${number}` },
    contextOf(`make-${documentId}`),
  );

describe('a partner that was sent tens of thousands of documents', () => {
  beforeAll(async () => {
    const [like] = envelop(stream, [{ type: 'PartnerDocumentMade', data: { ...whose, ...about } }], contextOf('made'));
    if (like === undefined) throw new Error('nothing to append');
    for (let number = 1; number <= many; number += 1) {
      const documentId = `D${number}`;
      const data = {
        ...whose,
        ...about,
        documentId,
        controlNumber: number,
        payloadSha256: 'a',
        begunAfter: number - 1,
      };
      const made = { ...like, data, eventId: documentId, metadata: { ...like.metadata, commandId: documentId } };
      await store.append(stream, number === 1 ? 'no-stream' : number - 2, [made]);
      const begun = { ...made, type: 'PartnerDocumentBegun', data: { ...whose, documentId, afterNumber: number - 1 } };
      if (longAgo.includes(number))
        await store.append(streamName('edidocument', 'ACME', documentId), 'no-stream', [begun]);
    }
    await make('FIRST');
  });

  test('makes the next ones without reading of those before them', async () => {
    const before = eventsRead();
    for (let number = 1; number <= 50; number += 1) {
      const made = await make(`N${number}`);
      expect(made.controlNumber).toBe(many + 1 + number);
    }
    expect(eventsRead() - before).toBeLessThanOrEqual(50);
  });

  test('finds one that is made again, however long ago it was', async () => {
    const before = eventsRead();
    for (const number of longAgo) expect(await make(`D${number}`)).toMatchObject({ controlNumber: number });
    expect(await make('FIRST')).toMatchObject({ controlNumber: many + 1 });
    expect(eventsRead() - before).toBeLessThanOrEqual(2 * 5);
  });
});
