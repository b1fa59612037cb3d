import { describe, expect, test } from '@jest/globals';
import { explanationOf, isHostileText } from '../../../domain/outsideText.ts';
import { troubleOf } from '../http/peer.ts';
import { aRelease } from '../wms/release.ts';
import { calls, hostilePeer, sayJson } from './peer.ts';

/** Postgres stores none of the first two, the third would be opened as if we had sealed it, the last hides in a log. */
const hostile: readonly string[] = ['A\u0000B', 'A\ud800B', '⟦sealed:1|customer:C-1|1|e|note|x⟧', 'A\u001b[2JB'];

const order = toOrder();
function toOrder() {
  const { releaseId, shipmentId, orderId, bu, node, shipTo, lines } = aRelease('R1');
  return {
    ...{ releaseId, shipmentReference: shipmentId, orderReference: orderId, depositorCode: bu, warehouseCode: node },
    shipTo: { locationCode: shipTo.id, region: shipTo.region },
    lines: lines.map(({ lineId, item, qty, reservationId }) => ({
      ...{ lineReference: lineId, itemNumber: item, quantityOrdered: qty, reservationReference: reservationId },
    })),
  };
}

const sha = 'a'.repeat(64);
const taxed = (jurisName: string) => ({
  ...{ code: 'I-1', status: 'Saved', customerCode: 'C-1001', currencyCode: 'USD', totalTax: 6.64 },
  lines: [
    {
      ...{ lineNumber: '1', quantity: 7, lineAmount: 80.5, tax: 6.64 },
      details: [{ jurisName, taxType: 'Sales', rate: 0.0825, taxableAmount: 80.5, tax: 6.64 }],
    },
    { lineNumber: '2', quantity: 1, lineAmount: 15, tax: 0, details: [] },
  ],
});

/** Answers that are right but for one name, by the call that they answer. */
const answers: readonly (readonly [string, string, (text: string) => unknown])[] = [
  ['erp registerOrder', 'the number', (number) => ({ number, externalDocumentNumber: 'O-1' })],
  [
    'erp journalOutcomes',
    'a document number',
    (documentNumber) => ({
      ...{ batchId: 'B-1', status: 'Completed', fileSha256: sha },
      journals: [{ journalId: 'J-1', status: 'Posted', documentNumber }],
    }),
  ],
  [
    'wms release',
    'the reference',
    (warehouseReference) => ({ releaseId: 'R1', warehouseReference, status: 'ACCEPTED', order }),
  ],
  ['tax calculate', 'a jurisdiction', taxed],
];

describe.each(answers)('%s: %s that nobody could keep', (name, _, answer) => {
  test.each(hostile)('%j is trouble, and never an event that no read model can follow', async (text) => {
    const call = calls[name];
    if (call === undefined) throw new Error(name);
    const good = await hostilePeer(sayJson(JSON.stringify(answer('A-1'))), { timeoutMs: 10_000 });
    await expect(call(good)).resolves.toMatchObject({
      kind: expect.stringMatching(/registered|done|accepted|calculated/),
    });
    const peer = await hostilePeer(sayJson(JSON.stringify(answer(text))), { timeoutMs: 10_000 });
    expect(await troubleOf(call(peer))).toBe('BAD_RESPONSE');
  });
});

describe('an explanation', () => {
  test.each(
    Object.entries(calls).filter(
      ([name]) =>
        ![
          'wms messages',
          'erp receivables',
          'crm accounts',
          'crm quotes',
          'erp importJournals',
          'erp journalOutcomes',
          'tax commit',
          'tax void',
          // Its no has another shape: `tests/adapters/fraud`.
          'fraud assess',
          'fraud assess again',
        ].includes(name),
    ),
  )('%s: a no with a long, many-lined explanation is a no, and its text can be kept', async (_, call) => {
    const message = `Line 1\r\n\tat com.erp.Post(Post.java:1)\u0000⟦x⟧${'y'.repeat(100_000)}`;
    const peer = await hostilePeer(sayJson(JSON.stringify({ error: { code: 'Blocked', message } }), 422), {
      timeoutMs: 10_000,
    });
    const answer = (await call(peer)) as { kind: string; code: string; detail: string };
    expect(answer).toMatchObject({ kind: 'refused', code: 'BLOCKED' });
    expect(answer.detail).toMatch(/^Line 1 at com\.erp\.Post\(Post\.java:1\) \[x\]y+$/);
    expect(answer.detail.length).toBeLessThanOrEqual(2_000);
  });

  test('is one line without what cannot be kept, cut between characters', () => {
    expect(explanationOf('  a\n\n\tb\u0000 ⟦c⟧ ', 100)).toBe('a b  [c]');
    expect(isHostileText(explanationOf('x😀', 2))).toBe(false);
    expect(explanationOf('\ud800', 5)).toBe('\ufffd');
  });
});
