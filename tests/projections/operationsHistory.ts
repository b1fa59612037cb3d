import type { StockSnapshot } from '../../domain/stockSnapshot/stockSnapshot.ts';
import type { MemoryLog } from './memoryLog.ts';
import { playPromotion } from './promotionHistory.ts';
import { playShadow } from './shadowHistory.ts';

/** A period of long ago that was closed, reopened and is soft-closed again. */
const playPeriods = (log: MemoryLog): void => {
  const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202501' };
  const stream = 'period-ACME.PRIMARY.202501';
  const looked = { checklistSha256: 'c', trialBalanceSha256: 't', throughPosition: '1', closedBy: 'kim' };
  log.append(stream, 'PeriodOpened', { ...key, firstDay: '2025-01-01', lastDay: '2025-01-31' });
  log.append(stream, 'PeriodCorrected', { ...key, correctionId: 'fix-1', correctedBy: 'ann' });
  log.append(stream, 'PeriodSoftClosed', key);
  log.append(stream, 'PeriodCloseBegun', { ...key, begunBy: 'kim', reason: 'month end' });
  log.append(stream, 'PeriodClosed', { ...key, ...looked });
  log.append(stream, 'PeriodReopened', { ...key, approvalId: 'approval-BOTH', reason: 'late', reopenedBy: 'kim' });
  log.append(stream, 'PeriodSoftClosed', key);
};

/**
 * Carts that hold goods, had more time and expired, were given back or went to two orders, one that was never recorded, and
 * goods of an order, which are none of theirs.
 */
const playReservations = (log: MemoryLog): void => {
  const place = { bu: 'ACME', node: 'DC-WEST', item: 'CART-ITEM' };
  const stock = 'stock-ACME.DC-WEST.CART-ITEM';
  const [expiresAt, later] = ['2026-11-23T08:15:00.000Z', '2026-11-23T08:45:00.000Z'];
  const line = { ...place, needDate: '2026-12-01', kind: 'SOFT', cause: 'REQUEST' } as const;
  const received = { reference: 'R-CARTS', qty: '500', status: 'SELLABLE', unitCost: '2.00', currency: 'USD' } as const;
  log.append(stock, 'StockReceived', { ...place, ...received });
  const reserve = (orderId: string, lineId: string, reservationId: string): unknown =>
    log.append(stock, 'StockReserved', {
      ...line,
      orderId,
      lineId,
      reservationId,
      qty: '6',
      purpose: 'CART',
      expiresAt,
    });
  for (const id of ['KEEPS', 'EXPIRES', 'GIVES', 'ORDERED', 'UNKNOWN']) {
    const [one, two] = [`${id}:10:DC-WEST:1`, `${id}:20:DC-WEST:1`];
    const of = { ...place, orderId: id, purpose: 'CART' } as const;
    const [own, stream] = [{ reservationId: id, bu: 'ACME' }, `reservation-ACME.${id}`];
    const expire = (lineId: string, reservationId: string): unknown =>
      log.append(stock, 'ReservationExpired', { ...of, lineId, reservationId, qty: '6' });
    const free = (qty: string, cause: string): unknown =>
      log.append(stock, 'ReservationReleased', { ...of, lineId: '10', reservationId: one, qty, cause });
    reserve(id, '10', one);
    reserve(id, '20', two);
    if (id === 'UNKNOWN') {
      expire('10', one);
      continue;
    }
    const made = { channel: 'portal', soldTo: 'C-1001', purpose: 'CART', needDate: '2026-12-01', expiresAt } as const;
    const lines = [one, two].map((partId, index) => ({
      ...{ lineId: `${index + 1}0`, item: 'CART-ITEM', qty: '6', baseUom: 'EA', fullQtyDate: null },
      parts: [{ partId, node: 'DC-WEST', qty: '6' }],
    }));
    log.append(stream, 'ChannelReservationMade', { ...own, ...made, lines });
    log.append(stock, 'ReservationExtended', { ...of, lineId: '10', reservationId: one, expiresAt: later, times: 1 });
    log.append(stream, 'ChannelReservationExtended', { ...own, expiresAt: later });
    if (id === 'EXPIRES') {
      expire('20', two);
      expire('10', one);
    }
    if (id === 'GIVES') {
      free('6', 'OTHER');
      log.append(stream, 'ChannelReservationReleased', { ...own, lineIds: ['10'] });
    }
    for (const [orderId, qty] of id === 'ORDERED'
      ? ([
          ['TAKER-1', '4'],
          ['TAKER-2', '2'],
        ] as const)
      : []) {
      free(qty, 'TAKEN_OVER');
      const taken = { orderId, lineId: '1', reservationId: `take:${orderId}`, qty, takenFrom: one };
      log.append(stock, 'StockReserved', { ...line, ...taken, purpose: 'ORDER', expiresAt: null });
    }
  }
};

/** Subscriptions that listen, are paused, came back and were deleted. */
const playWebhooks = (log: MemoryLog): void => {
  for (const id of ['LISTENS', 'GONE', 'BACK', 'LEFT']) {
    const about = { subscriptionId: id, bu: 'ACME' };
    const stream = `webhook-ACME.${id}`;
    log.append(stream, 'WebhookSubscribed', {
      ...{ ...about, url: 'https://hooks.example/', events: null, customers: id === 'LEFT' ? ['C-1001'] : null },
      ...{ secretId: '1', secret: 'whsec_sealed', subscribedBy: 'kim' },
    });
    if (id === 'LISTENS') {
      const rotated = { secretId: '2', secret: 'whsec_sealed', previousUntil: '2026-11-24T08:00:00.000Z' };
      log.append(stream, 'WebhookSecretRotated', { ...about, ...rotated, reason: 'who left', rotatedBy: 'kim' });
      log.append(stream, 'WebhookRedeliveryRequested', {
        ...about,
        deliveryId: 'D',
        reason: 'mended',
        requestedBy: 'kim',
      });
      continue;
    }
    log.append(stream, 'WebhookPaused', { ...about, reason: 'gone', pausedBy: 'webhooks', automatic: id === 'GONE' });
    if (id === 'BACK') log.append(stream, 'WebhookResumed', { ...about, reason: 'back', resumedBy: 'kim' });
    if (id === 'LEFT') log.append(stream, 'WebhookDeleted', { ...about, reason: 'over', deletedBy: 'kim' });
  }
};

/** Consumers of the event stream: one that was reset, and one that is not waited for any more. */
const playConsumers = (log: MemoryLog): void => {
  for (const id of ['READS', 'LEFT']) {
    const [of, stream] = [{ consumerId: id, bu: 'ACME' }, `eventconsumer-ACME.${id}`];
    log.append(stream, 'EventConsumerRegistered', {
      ...{ ...of, name: id, types: id === 'LEFT' ? ['INVOICE_ISSUED'] : null, customers: null },
      ...{ after: { position: '00000000000000000001', place: 0 }, registeredBy: 'kim' },
    });
    const after = { position: '0', place: 0 };
    if (id === 'READS') log.append(stream, 'EventConsumerReset', { ...of, after, reason: 'lost', resetBy: 'lee' });
    else log.append(stream, 'EventConsumerDeleted', { ...of, reason: 'over', deletedBy: 'lee' });
  }
};

/** An order that was held twice, one whose case was taken over and accepted, and what the service itself cannot get past. */
const playCases = (log: MemoryLog): void => {
  for (const id of ['AGAIN', 'ACCEPTED', 'OWN']) {
    const bu = id === 'OWN' ? 'operations' : 'ACME';
    const [of, stream] = [{ caseId: `case-${id}`, bu }, `case-${bu}.${id}`];
    const about = {
      ...{ class: id === 'OWN' ? ('DEAD_LETTER' as const) : ('ORDER_HELD' as const), object: { kind: 'order', id } },
      ...{ orderId: id === 'OWN' ? null : id, soldTo: id === 'OWN' ? null : 'C-1001', node: null },
      ...{ since: '2026-11-23T08:00:00.000Z', dueAt: '2026-11-23T12:00:00.000Z' },
      moneyAtRisk: id === 'OWN' ? null : { amount: '13000', currency: 'USD' },
    };
    log.append(stream, 'CaseOpened', { ...of, ...about });
    log.append(stream, 'CaseAssigned', { ...of, owner: 'kim', note: 'looks', assignedBy: 'lee' });
    log.append(stream, 'CaseAssigned', { ...of, owner: 'ann', note: null, assignedBy: 'kim' });
    if (id === 'OWN') continue;
    const outcome = id === 'AGAIN' ? ('FIXED' as const) : ('ACCEPTED' as const);
    log.append(stream, 'CaseResolved', { ...of, outcome, note: 'called them', resolvedBy: 'ann' });
    if (id === 'AGAIN') {
      log.append(stream, 'CaseClosed', of);
      log.append(stream, 'CaseOpened', { ...of, ...about });
    }
  }
};

/** An answer to an interchange, and acknowledgements of orders: received, taken, rejected and sent again, and one that was never sent. */
const playPartnerDocuments = (log: MemoryLog): void => {
  const whose = { bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001' };
  const made = (controlNumber: number, resends?: number): void => {
    const [kind, functionalId] = controlNumber === 1 ? ['997', 'FA'] : ['855', 'PR'];
    log.append('edi-ACME.NORDBUY', 'PartnerDocumentMade', {
      ...{ ...whose, documentId: `DOCUMENT-${controlNumber}`, kind, functionalId, controlNumber },
      ...(kind === '997' ? { acknowledges: false } : { acknowledges: true, acknowledgeWithinHours: 24 }),
      ...(resends !== undefined && {
        resends: { documentId: `DOCUMENT-${resends}`, controlNumber: resends, reason: 'it never arrived' },
      }),
      ...{ orderId: kind === '997' ? null : 'ORDER', reference: kind, payloadSha256: kind.repeat(20) },
    });
  };
  const said = (acknowledged: number, status: string, functionalId: string | null = 'PR'): void => {
    const interchange = `00000${acknowledged}${status.charCodeAt(0)}`;
    const sets = [{ kind: '855', set: '0001', status, detail: `AK5*${status}` }];
    log.append(`inbox-ACME.NORDBUY.${interchange}`, 'AcknowledgementReceived', {
      ...{ ...whose, interchange, place: '1.1', group: '1', set: '0001', kind: functionalId === null ? 'TA1' : '997' },
      ...{ functionalId, acknowledgedGroup: `00${acknowledged}`, status, sets: functionalId === null ? [] : sets },
      ...(functionalId === null && { noteCode: '000' }),
    });
  };
  for (const controlNumber of [1, 2, 3, 4, 5]) made(controlNumber);
  said(2, 'A', null);
  said(3, 'A', null);
  said(3, 'A');
  said(4, 'R');
  said(5, 'E', 'IN');
  said(9, 'A');
  made(6, 4);
  made(9);
};

/** A difference that heals after it was asked for, one that stays and gets other figures, and a run that could not compare. */
const playReconciliations = (log: MemoryLog): void => {
  const say = (runId: string) => {
    const of = { bu: 'ACME', pair: 'stock', runId } as const;
    const [stream, place] = [`recon-ACME.stock.${runId}`, { node: 'DC-EAST', item: 'BRG-6204', orderId: null }];
    return {
      start: () =>
        log.append(stream, 'ReconciliationStarted', {
          ...of,
          system: 'wms',
          requestedBy: runId === 'ONE' ? 'key:ops' : null,
        }),
      found: (breakId: string, theirs: string) =>
        log.append(stream, 'ReconciliationBreakFound', {
          ...{ ...of, ...place, breakId, object: { kind: 'stock-position', id: breakId }, ours: '10', theirs },
          ...{ difference: (BigInt(theirs) - 10n).toString(), moneyAtRisk: { amount: '600', currency: 'USD' } },
        }),
      explained: (breakId: string, isAsked: boolean) =>
        log.append(stream, 'ReconciliationBreakExplained', {
          ...{ ...of, breakId, references: isAsked ? ['REL-1'] : [] },
          ...(isAsked
            ? ({ class: 'MISSING_HERE', cause: 'CONFIRMATION_LOST', fix: 'RESEND_REQUESTED' } as const)
            : ({ class: 'QUANTITY', cause: 'COUNTS_DIFFER', fix: null } as const)),
        }),
      healed: (breakId: string) => log.append(stream, 'ReconciliationBreakHealed', { ...of, breakId }),
      end: (outcome: 'COMPLETE' | 'INCOMPLETE') =>
        log.append(stream, 'ReconciliationCompleted', {
          ...{ ...of, outcome, reason: outcome === 'COMPLETE' ? null : 'PARTNER_AWAY' },
          cut: outcome === 'COMPLETE' ? { takenAt: '2026-11-23T08:00:00.000Z', theirs: '7', ours: '9' } : null,
          counts: { compared: 3, found: 2, healed: 1, standing: 1 },
        }),
    };
  };
  const [one, two, three] = [say('ONE'), say('TWO'), say('THREE')];
  one.start();
  for (const [breakId, isAsked] of [
    ['LOST', true],
    ['STOLEN', false],
  ] as const) {
    one.found(breakId, '9');
    one.explained(breakId, isAsked);
  }
  one.end('COMPLETE');
  two.start();
  two.explained('LOST', true);
  two.found('STOLEN', '8');
  two.explained('STOLEN', false);
  two.end('INCOMPLETE');
  three.start();
  three.healed('LOST');
};

/** All that a warehouse has, changes to it, and changes to something that never came. */
const playSnapshots = (log: MemoryLog): void => {
  const of = { bu: 'ACME', node: '3PL-SOUTH', dialectVersion: 1 } as const;
  const line = (item: string, qty: string) =>
    ({ item, said: [{ word: 'OH', qty, lot: 'L-1' }], figures: [{ figure: 'ON_HAND', qty }] }) as const;
  const tell = (
    snapshotId: string,
    minute: string,
    told: Pick<StockSnapshot, 'scope' | 'follows' | 'lines'>,
  ): unknown =>
    log.append(`snapshot-ACME.3PL-SOUTH.${snapshotId}`, 'StockSnapshotTold', {
      ...{ ...of, snapshotId, takenAt: `2026-11-23T08:${minute}:00.000Z`, ...told },
    });
  tell('ALL', '00', { scope: 'FULL', follows: null, lines: [line('BRG-6204', '10'), line('BELT-A42', '4')] });
  tell('MORE', '10', { scope: 'CHANGES', follows: 'ALL', lines: [line('BRG-6204', '-2'), line('GREASE-50', '3')] });
  tell('LATE', '05', { scope: 'PARTIAL', follows: null, lines: [line('BELT-A42', '9')] });
  tell('LESS', '20', { scope: 'FULL', follows: null, lines: [line('BRG-6204', '8')] });
  tell('LOST', '40', { scope: 'CHANGES', follows: 'NEVER-CAME', lines: [line('BRG-6204', '1')] });
};

/** One of lines at random, one by what they are worth. */
const playAuditSamples = (log: MemoryLog): void => {
  const line = { journalId: 'J-1', lineNo: 1, role: 'AR_TRADE', account: '1100', debit: '10214', credit: '0' };
  const strata = [{ amountFrom: '0', size: 1, count: 2, debit: '10214', credit: '10214' }];
  const drawn = { bu: 'ACME', position: '1', seed: 'Q4', currency: 'USD', strata, reason: 'cut-off', drawnBy: 'kim' };
  log.append('sample-ACME.RANDOM', 'AuditSampleDrawn', {
    ...{ ...drawn, sampleId: 'RANDOM', population: { ledger: 'PRIMARY', period: '202611' }, method: 'RANDOM' },
    lines: [{ ...line, rank: 'a0' }],
  });
  log.append('sample-ACME.MONEY', 'AuditSampleDrawn', {
    ...{ ...drawn, sampleId: 'MONEY', population: { ledger: 'PRIMARY', from: '2026-11-01', to: '2026-11-30' } },
    ...{ method: 'MONETARY_UNIT', lines: [{ ...line, before: '0', hits: 1 }] },
  });
};

const otherTemplates = {
  ...{ replaces: { version: 1, contentSha256: 'one' }, contentSha256: 'two' },
  differences: [
    { kind: 'ADDED', part: 'templates', key: 'T18', before: null, after: { template: 'T18' } },
    { kind: 'CHANGED', part: 'rules', key: 'COGS', before: { account: '5000' }, after: { account: '5001' } },
  ],
} as const;

/** Approvals in each of their states; limits, of which one is over and one was changed; pauses, of which two are over and one came again. */
export const playOperations = (log: MemoryLog): void => {
  playConsumers(log);
  playPeriods(log);
  for (const name of ['GRANTED', 'DENIED', 'EXPIRED', 'OPEN', 'HALF', 'BOTH', 'RULES']) {
    const about = {
      approvalId: `approval-${name}`,
      bu: 'operations',
      subject: { kind: 'rebuild', id: `rebuild-${name}` },
      payloadSha256: name,
    };
    const stream = `approval-operations.${name}`;
    log.append(stream, 'ApprovalRequested', {
      ...about,
      duty: name === 'HALF' || name === 'BOTH' ? 'PERIOD_REOPENING' : 'REBUILD_SWAP',
      summary: 'Swap orders.',
      link: '/v1/ops/rebuilds/1',
      limit: name === 'OPEN' ? { name: 'messages', allowed: '10', asked: '11' } : null,
      requestedBy: 'kim',
      involved: ['lee'],
      reason: 'a fix',
      expiresAt: '2026-11-24T08:00:00.000Z',
      ...(name === 'RULES' && { aboutBu: 'ACME', change: otherTemplates }),
    });
    if (['GRANTED', 'RULES', 'HALF', 'BOTH'].includes(name))
      log.append(stream, 'ApprovalGranted', { ...about, grantedBy: 'sam', reason: 'looked' });
    if (name === 'BOTH') log.append(stream, 'ApprovalGranted', { ...about, grantedBy: 'ann', reason: 'looked too' });
    if (name === 'DENIED') log.append(stream, 'ApprovalDenied', { ...about, deniedBy: 'sam', reason: 'looks wrong' });
    if (name === 'EXPIRED') log.append(stream, 'ApprovalExpired', about);
  }
  for (const key of ['edi', 'portal']) {
    const about = { bu: 'operations', group: 'channel', key } as const;
    const stream = `limit-operations.channel.${key}`;
    log.append(stream, 'RateLimitSet', { ...about, reason: 'a flood', steps: 50, per: 'second', setBy: 'kim' });
    if (key === 'edi') log.append(stream, 'RateLimitLifted', { ...about, reason: 'over', liftedBy: 'kim' });
    else log.append(stream, 'RateLimitSet', { ...about, reason: 'more', steps: 30, per: 'minute', setBy: 'lee' });
  }
  for (const key of ['wms', 'erp', 'tax']) {
    const about = { bu: 'operations', group: 'adapter', key } as const;
    const paused = { ...about, reason: 'their upgrade', pausedBy: 'kim', automatic: key === 'erp' };
    log.append(`pause-operations.adapter.${key}`, 'WorkPaused', paused);
    if (key !== 'erp')
      log.append(`pause-operations.adapter.${key}`, 'WorkResumed', { ...about, reason: 'over', resumedBy: 'kim' });
  }
  log.append('pause-operations.adapter.wms', 'WorkPaused', {
    ...{ bu: 'operations', group: 'adapter', key: 'wms' },
    ...{ reason: 'once more', pausedBy: 'lee', automatic: false },
  });
  playWebhooks(log);
  playPartnerDocuments(log);
  playReservations(log);
  playCases(log);
  playReconciliations(log);
  playSnapshots(log);
  playAuditSamples(log);
  playShadow(log);
  playPromotion(log, 'ONCE');
  playPromotion(log, 'TWICE', 2);
};
