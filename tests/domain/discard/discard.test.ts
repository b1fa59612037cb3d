import { describe, expect, test } from '@jest/globals';
import { discardDecider } from '../../../domain/discard/discard.ts';

const message = {
  ...{ consumer: 'warehouse-inbox:wms', laneKey: 'S1', item: 'm1', messageId: 'm1', messageKind: 'SHORTED' },
  ...{ errorClass: 'LINE_UNKNOWN', contentSha256: 'a'.repeat(64) },
};
const data = { discardId: 'D', bu: 'operations', reason: 'not ours', discardedBy: 'ops', messages: [message] };

describe('messages that are discarded', () => {
  test('are recorded once under an id, with who, why and what', () => {
    const { decide, evolve, initial } = discardDecider;
    const events = decide({ type: 'DiscardMessages', ...data }, initial);
    expect(events).toEqual([{ type: 'MessagesDiscarded', data }]);
    const state = evolve(initial, { type: 'MessagesDiscarded', data });
    expect(decide({ type: 'DiscardMessages', ...data, reason: 'again' }, state)).toEqual([]);
  });
});
