import { expect, test } from '@jest/globals';
import { promotedBecause } from '../../domain/promotion/promotion.ts';
import { masterData } from '../../projections/masterData/projection.ts';
import { createMemoryLog } from './memoryLog.ts';
import { playPromotion } from './promotionHistory.ts';

const promotionId = '01JD0000000000000000000461';

test('a promotion of which a part is in force is APPLYING until all of it is', () => {
  const log = createMemoryLog();
  playPromotion(log, promotionId);
  const [proposed, applied] = log.events.map(log.decode);
  if (proposed === undefined || applied === undefined) throw new Error('nothing was played');
  const published = (because: string) =>
    log.append(
      'policy-ACME.taxcodes',
      'TaxCodesPublished',
      { ...{ bu: 'ACME', version: 2, contentSha256: 'b', approvalId: 'A' }, items: [], charges: [] },
      { reason: { code: because, text: promotionId } },
    );
  const [own, other] = [published(promotedBecause), published('OTHER')];
  const stateAfter = (...events: Parameters<typeof masterData.fold>[0]) =>
    masterData.fold(events).promotions.map(({ state, position }) => [state, position]);
  expect(stateAfter(proposed, other)).toEqual([['PROPOSED', proposed.position]]);
  expect(stateAfter(proposed, own)).toEqual([['APPLYING', own.position]]);
  expect(stateAfter(proposed, own, applied)).toEqual([['APPLIED', applied.position]]);
  // What is put in force of another log's promotion, or after all of it is, says nothing of this one.
  expect(stateAfter(own)).toEqual([]);
  expect(stateAfter(proposed, applied, own)).toEqual([['APPLIED', applied.position]]);
});
