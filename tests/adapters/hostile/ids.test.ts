import { describe, expect, test } from '@jest/globals';
import { toShippingOrder } from '../../../adapters/wms/translate.ts';
import { troubleOf } from '../http/peer.ts';
import { aRelease } from '../wms/release.ts';
import { calls, hostilePeer, sayJson } from './peer.ts';

const sha = 'a'.repeat(64);
const order = toShippingOrder(aRelease('R1'));
const tax = { customerCode: 'C-1001', currencyCode: 'USD', totalTax: 0, lines: [] };

/** Whole and well-formed answers, each about the thing with this id, by the call that they answer. */
const answers: readonly (readonly [string, string, (id: string) => unknown])[] = [
  ['erp registerOrder', 'O-1', (externalDocumentNumber) => ({ number: 'SO-1', externalDocumentNumber })],
  ['erp changeOrder', 'O-1', (id) => ({ number: 'SO-1', externalDocumentNumber: id, sourceRevision: 1 })],
  ['erp journalOutcomes', 'B-1', (batchId) => ({ batchId, status: 'Completed', fileSha256: sha, journals: [] })],
  ['wms release', 'R1', (releaseId) => ({ releaseId, warehouseReference: 'WO-1', status: 'ACCEPTED', order })],
  ['wms stop', 'C1', (changeId) => ({ changeId, lines: [{ lineReference: '10', quantityStopped: '1' }] })],
  ['tax commit', 'I-1', (code) => ({ code, status: 'Committed', ...tax })],
  ['tax void', 'I-1', (code) => ({ code, status: 'Cancelled', ...tax })],
];

describe('an answer about something else', () => {
  test.each(answers)('%s: the answer to another call is not taken for ours', async (name, ours, answer) => {
    const call = calls[name];
    if (call === undefined) throw new Error(name);
    const ask = async (id: string) =>
      call(await hostilePeer(sayJson(JSON.stringify(answer(id))), { timeoutMs: 10_000 }));
    await expect(ask(ours)).resolves.toBeDefined();
    expect(await troubleOf(ask('X-9'))).toBe('BAD_RESPONSE');
  });
});
