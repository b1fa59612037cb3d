import type { MemoryLog } from './memoryLog.ts';

// What channels, subscribers and partners do.

/**
 * Carts that hold goods, had more time and expired, were given back or went to two orders, one that was never recorded, and
 * goods of an order, which are none of theirs.
 */
export const playReservations = (log: MemoryLog): void => {
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
export const playWebhooks = (log: MemoryLog): void => {
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
export const playConsumers = (log: MemoryLog): void => {
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

/** An answer to an interchange, and acknowledgements of orders: received, taken, rejected and sent again, and one that was never sent. */
export const playPartnerDocuments = (log: MemoryLog): void => {
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
