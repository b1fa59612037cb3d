import { describe, expect, test } from '@jest/globals';
import { contentSha256Of } from '../../commands/inbox/keptMessages.ts';
import { createDiscarding } from '../../commands/inbox/warehouseDiscards.ts';
import type { Place } from '../../commands/inbox/warehousePending.ts';
import type { MessageDiscard, ParkedMessage } from '../../commands/ports.ts';

const consumer = 'warehouse-inbox:wms';

const keptAs = (laneKey: string, item: string, lineId = '10'): ParkedMessage => {
  const lines = [{ lineId, qty: '1', cause: 'DAMAGED' }];
  const message = JSON.stringify({ kind: 'SHORTED', messageId: item, shipmentId: laneKey, lines });
  return { laneKey, item, message, attempts: 5 };
};

const orderedFor = (kept: ParkedMessage): MessageDiscard => {
  const { laneKey, item } = kept;
  return { consumer, laneKey, item, contentSha256: contentSha256Of(kept) };
};

describe('an inbox that lets go of what is discarded', () => {
  test('asks once for the lanes of all of it, and for nothing while there is none', async () => {
    const [a1, a2, b1] = [keptAs('A', '1'), keptAs('A', '2'), keptAs('B', '1')];
    // The last two are told anew in that place by now, and taken meanwhile.
    const ordered = [a2, b1, a1, keptAs('B', '2', '20'), keptAs('C', '1')].map(orderedFor);
    const asked: unknown[] = [];
    const done: unknown[] = [];
    const dropped: Place[] = [];
    let discards: readonly MessageDiscard[] = [];
    const letGo = createDiscarding(
      consumer,
      {
        parked: {
          read: async (...question) => {
            asked.push(question);
            return [a1, a2, b1, keptAs('B', '2')];
          },
        },
        controls: { discards: () => discards },
        discards: {
          carriedOut: async ({ laneKey, item }, isMeant) => {
            done.push([laneKey, item, isMeant]);
          },
        },
      },
      (place) => dropped.push(place),
    );
    await letGo();
    expect(asked).toEqual([]);
    discards = ordered;
    await letGo();
    expect(asked).toEqual([[consumer, ['A', 'B', 'C']]]);
    expect(done).toEqual([
      ['A', '2', true],
      ['B', '1', true],
      ['A', '1', true],
      ['B', '2', false],
      ['C', '1', false],
    ]);
    expect(dropped).toEqual([a2, b1, a1].map(({ laneKey, item }) => ({ laneKey, item })));
  });
});
