import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const partner = 'NORDBUY';
const of = { bu, partner, soldTo: 'C-1001' };

export const orderPayload = 'a'.repeat(64);

/** The 997 that answers the 850, and the 855 that says what becomes of it. */
export const [acknowledging, confirming] = ['01JD0000000000000000000091', '01JD0000000000000000000092'];

const madeDocument = (log: MemoryLog, data: { kind: string; orderId: string | null; reference: string }, n: number) =>
  log.append(`edi-${bu}.${partner}`, 'PartnerDocumentMade', {
    ...{ ...of, ...data, documentId: [acknowledging, confirming][n - 1] ?? '', controlNumber: n },
    ...{ functionalId: data.kind === '997' ? 'FA' : 'PR', payloadSha256: 'b'.repeat(64) },
    ...(data.kind === '997' ? { acknowledges: false } : { acknowledges: true, acknowledgeWithinHours: 24 }),
  });

/**
 * An order that came as an 850 in an interchange that came twice, the 855 to it, which the partner has acknowledged, and an 860
 * that is not answered yet.
 */
export const exchangeDocuments = (log: MemoryLog, orderId: string): void => {
  const taken = (interchange: string, kind: '850' | '860', payloadSha256: string): void => {
    const received = { ...of, interchange, receptionId: `${interchange}-1`, payloadSha256, groups: [] };
    log.append(`inbox-${bu}.${partner}.${interchange}`, 'InterchangeReceived', received);
    const set = { place: '1.1', group: '17', set: '0001', kind, outcome: kind === '850' ? 'ORDER' : 'CHANGE' } as const;
    log.append(
      `inbox-${bu}.${partner}.${interchange}`,
      'TransactionSetTaken',
      {
        ...{ ...of, interchange, ...set, customerPo: 'PO-7001', orderId, holds: [], unused: [] },
        mappingVersion: 'NORDBUY@1',
      },
      { source: { system: 'edi', partnerId: partner, payloadSha256 } },
    );
  };
  const answered = (interchange: string, receptionId: string, documentId: string): void => {
    const answer = { documentId, payloadSha256: 'b'.repeat(64) };
    const data = { ...of, interchange, receptionId, answer };
    log.append(`inbox-${bu}.${partner}.${interchange}`, 'InterchangeAcknowledged', data);
  };
  taken('000000017', '850', orderPayload);
  madeDocument(log, { kind: '997', orderId: null, reference: '000000017' }, 1);
  answered('000000017', '000000017-1', acknowledging);
  const again = { ...of, interchange: '000000017', receptionId: '000000017-2', payloadSha256: orderPayload };
  log.append(`inbox-${bu}.${partner}.000000017`, 'InterchangeRepeated', again);
  answered('000000017', '000000017-2', '01JD0000000000000000000099');
  madeDocument(log, { kind: '855', orderId, reference: 'PO-7001' }, 2);
  log.append(`inbox-${bu}.${partner}.000000018`, 'AcknowledgementReceived', {
    ...{ ...of, interchange: '000000018', place: '1.1', group: '18', set: '0001', kind: '997' },
    ...{ functionalId: 'PR', acknowledgedGroup: '2', status: 'A' },
    sets: [{ kind: '855', set: '0001', status: 'A', detail: 'AK5*A' }],
  });
  taken('000000019', '860', 'c'.repeat(64));
};
