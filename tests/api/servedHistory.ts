import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';

const bu = 'ACME';
const currency = 'USD';
const items = ['BRG-6204', 'BRG-6205'] as const;
const nodes = ['DC-EAST', 'DC-WEST'] as const;

type Turn = (below: number) => number;

/** Ordered, priced and, mostly, accepted: 12.50 each less 8 %. Some are long due, some never will be. */
const submit = (log: MemoryLog, orderId: string, channel: string, turn: Turn): readonly string[] => {
  const stream = `order-${bu}.${orderId}`;
  const customer = turn(2) === 0 ? 'C-1001' : 'C-1002';
  const lines = Array.from({ length: 1 + turn(3) }, (_, index) => ({
    lineId: `${10 * (index + 1)}`,
    item: items[turn(2)] ?? items[0],
    qty: String(1 + turn(9)),
  }));
  const head = {
    ...{
      orderId,
      bu,
      channel,
      customerPo: orderId,
      soldTo: customer,
      billTo: customer,
      shipTo: { id: 'MAIN' },
      currency,
    },
    ...{
      requestedDate: turn(3) === 0 ? '2999-01-15' : `2020-0${1 + turn(2)}-15`,
      shipComplete: false,
      allowSplit: true,
    },
  };
  const conversion = { from: 'EA', to: 'EA', num: '1', den: '1' };
  log.append(stream, 'OrderSubmitted', {
    ...{ ...head, allowSubstitute: false, charges: [], contentSha256: 'c' },
    lines: lines.map((line) => ({
      ...{ ...line, kind: 'STOCK' as const, baseUom: 'EA', entered: { qty: line.qty, uom: 'EA' }, conversion },
    })),
  });
  const priced = lines.map(({ lineId, qty }) => ({
    ...{ lineId, unitPrice: '12.50', listPrice: '12.50', priceSource: 'LIST' as const, discounts: [] },
    ...{ gross: String(1_250 * Number(qty)), discount: String(100 * Number(qty)), net: String(1_150 * Number(qty)) },
  }));
  const totals = { gross: '0', discount: '0', charges: '0', net: '0' };
  const list = { priceListId: 'LIST', priceListVersion: 1, charges: [] };
  log.append(stream, 'OrderPriced', { orderId, bu, soldTo: customer, currency, ...list, lines: priced, totals });
  if (turn(8) > 0)
    log.append(stream, 'OrderAccepted', {
      ...{ ...head, charges: [], acceptedTotal: '0', acceptedAt: '2026-11-23T08:00:10.000Z' },
      lines: lines.map((line) => ({ ...line, baseUom: 'EA', unitPrice: '12.50', discounts: [] })),
    });
  return lines.map(({ lineId }) => lineId);
};

type Line = { readonly lineId: string; readonly qty: string };

const confirmedLine = ({ lineId, qty }: Line, index: number) => ({
  ...{ lineId, shipmentLineId: `${lineId}.${index}`, item: items[0], reservationId: `r${index}`, qty, excess: qty },
  ...{ lots: [], serials: [], unitCost: '6.00', cost: '0' },
});

/** Goods of one order that leave, leave again with the same shipment, come back, or are cancelled, in any order. */
const fulfil = (log: MemoryLog, orderId: string, lineIds: readonly string[], turn: Turn): void => {
  const shipments = new Map<string, Line[]>();
  const cancelled = new Map<string, number>();
  const key = (shipmentId: string, node: string) => ({ orderId, bu, shipmentId, node });
  const nodeOf = (shipmentId: string): string => nodes[Number(shipmentId.split('-s')[1]) % 2] ?? nodes[0];
  const ship = (shipmentId: string): void => {
    const known = shipments.get(shipmentId) ?? [];
    const lines = Array.from({ length: 1 + turn(3) }, () => ({
      lineId: lineIds[turn(lineIds.length)] ?? '10',
      qty: String(turn(6)),
    }));
    const ids = {
      releaseId: `${shipmentId}-r`,
      confirmationId: `${shipmentId}-${log.events.length}`,
      contentSha256: 'x',
    };
    if (known.length === 0)
      log.append(`allocation-${bu}.${orderId}`, 'AllocationReleased', {
        ...{ ...key(shipmentId, nodeOf(shipmentId)), releaseId: ids.releaseId, shipTo: { id: 'MAIN' }, lines: [] },
      });
    log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentConfirmed', {
      ...{ ...key(shipmentId, nodeOf(shipmentId)), ...ids, soldTo: 'C-1001', tracking: [], currency },
      ...{ shippedAt: `2020-0${1 + turn(2)}-10T08:00:00.000Z`, lines: lines.map(confirmedLine) },
    });
    shipments.set(shipmentId, [...known, ...lines]);
  };
  const takeBack = (shipmentId: string): void => {
    const lines = (shipments.get(shipmentId) ?? []).map((line, index) => ({
      ...confirmedLine(line, index),
      confirmationId: 'c',
    }));
    const why = { reason: 'WRONG_TRUCK', currency, confirmationIds: ['c'] };
    log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentVoided', {
      ...key(shipmentId, nodeOf(shipmentId)),
      ...why,
      lines,
    });
    shipments.delete(shipmentId);
  };
  const cancel = (lineId: string): void => {
    const ordered = submittedLines(log, orderId).find((line) => line.lineId === lineId)?.qty ?? '0';
    const left = [...shipments.values()].flat().filter((line) => line.lineId === lineId);
    const open = Number(ordered) - (cancelled.get(lineId) ?? 0) - left.reduce((sum, { qty }) => sum + Number(qty), 0);
    if (open <= 0) return;
    const qty = 1 + turn(open);
    cancelled.set(lineId, (cancelled.get(lineId) ?? 0) + qty);
    const change = { orderId, changeId: `${orderId}-${log.events.length}`, lineId, reason: 'CUSTOMER' };
    const from = { unsourced: String(qty), backordered: '0', reserved: '0', allocated: '0' };
    log.append(`order-${bu}.${orderId}`, 'OrderLineCancelRequested', { ...change, bu, requestedQty: String(qty) });
    log.append(`order-${bu}.${orderId}`, 'OrderLineCancelled', { ...change, cancelledQty: String(qty), from });
  };
  for (let steps = turn(7); steps > 0; steps -= 1) {
    const standing = [...shipments.keys()];
    const one = standing[turn(Math.max(1, standing.length))];
    const what = turn(5);
    if (what === 0) cancel(lineIds[turn(lineIds.length)] ?? '10');
    else if (one === undefined || what > 2) ship(`${orderId}-s${log.events.length}`);
    else if (what === 1) takeBack(one);
    else ship(one);
  }
};

const submittedLines = (log: MemoryLog, orderId: string) => {
  const found = log.events.find(
    ({ type, data }) => type === 'OrderSubmitted' && (data as { orderId: string }).orderId === orderId,
  );
  return (found?.data as { readonly lines: readonly (Line & { readonly item: string })[] }).lines;
};

/** Some orders of one channel whose steps are drawn from `turns`. */
export const randomService = (channel: string, turns: Iterable<number>): MemoryLog => {
  const log = createMemoryLog();
  const drawn = turns[Symbol.iterator]();
  const turn: Turn = (below) => Number(drawn.next().value ?? 0) % below;
  for (let order = 1; order <= 12; order += 1) {
    const orderId = `${channel}-o${order}`;
    fulfil(log, orderId, submit(log, orderId, channel, turn), turn);
  }
  return log;
};

type Raw = {
  readonly type: string;
  readonly data: Readonly<Record<string, string>> & { readonly lines: readonly (Line & { readonly item: string })[] };
};

const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

const perUnit = 1_150;

/** Each line of an accepted order that wants goods, from the events alone: no projection, no read model, no statement. */
const linesOfTheLog = (log: MemoryLog) => {
  const events = log.events as unknown as readonly Raw[];
  const of = (type: string, orderId: string | undefined) =>
    events.filter((event) => event.type === type && event.data.orderId === orderId);
  const lineOf = (order: Raw['data'], { lineId, item, qty }: Raw['data']['lines'][number]) => {
    const voided = of('ShipmentVoided', order.orderId).map(({ data }) => data.shipmentId);
    const sent = ({ data }: Raw) =>
      total(data.lines.filter((line) => line.lineId === lineId).map((line) => Number(line.qty)));
    const gone = of('ShipmentConfirmed', order.orderId).filter(
      (event) => !voided.includes(event.data.shipmentId) && sent(event) > 0,
    );
    const [first] = gone;
    const cancels = of('OrderLineCancelled', order.orderId).filter(({ data }) => data.lineId === lineId);
    const before =
      first === undefined ? cancels : cancels.filter((event) => events.indexOf(event) < events.indexOf(first));
    const cancelled = (some: readonly Raw[]) => total(some.map(({ data }) => Number(data.cancelledQty)));
    const wanted = Number(qty) - cancelled(before);
    const left = total(gone.map(sent));
    const requested = String(order.requestedDate);
    const isDone = left >= Number(qty) - cancelled(cancels);
    return {
      ...{ order, item, wanted, left, isDone, node: first?.data.node ?? null, isDue: requested < '2999' },
      sent: first === undefined ? 0 : Math.min(sent(first), wanted),
      counts: first !== undefined || requested < '2999',
      isOnTime: isDone && gone.every(({ data }) => String(data.shippedAt).slice(0, 10) <= requested),
    };
  };
  return events
    .filter(({ type }) => type === 'OrderAccepted')
    .flatMap(({ data: order }) => order.lines.map((line) => lineOf(order, line)))
    .filter(({ wanted }) => wanted > 0);
};

/** R06: by month, node, channel, customer and item. */
export const fillRateOfTheLog = (log: MemoryLog) => {
  const lines = linesOfTheLog(log);
  const rowOf = ({ order, node, item }: (typeof lines)[number]) => ({
    ...{ period: String(order.requestedDate).slice(0, 7).replace('-', ''), bu, node, channel: order.channel },
    ...{ customer: order.soldTo, item },
  });
  const isComplete = (order: Raw['data']) =>
    lines.every((line) => line.order !== order || !line.counts || line.sent >= line.wanted);
  return [...new Set(lines.map((line) => JSON.stringify(rowOf(line))))].map((key) => {
    const own = lines.filter((line) => JSON.stringify(rowOf(line)) === key);
    const counted = own.filter(({ counts }) => counts);
    const orders = [...new Set(counted.map(({ order }) => order))];
    const [wanted, sent] = [total(counted.map((line) => line.wanted)), total(counted.map((line) => line.sent))];
    return {
      ...(JSON.parse(key) as ReturnType<typeof rowOf>),
      ...{ linesOrdered: counted.length, linesComplete: counted.filter((line) => line.sent >= line.wanted).length },
      ...{ unitsOrdered: String(wanted), unitsAtFirst: String(sent), orders: orders.length },
      ...{ ordersComplete: orders.filter(isComplete).length, currency, tolerance: '0' },
      ...{ valueOrdered: String(perUnit * wanted), valueAtFirst: String(perUnit * sent) },
      ...{ linesNotDue: own.length - counted.length, linesUnknown: 0 },
    };
  });
};

/** R07 of orders that are promised nothing and invoiced nothing: order by order. */
export const perfectOrdersOfTheLog = (log: MemoryLog) => {
  const lines = linesOfTheLog(log);
  return [...new Set(lines.map(({ order }) => order))].flatMap((order) => {
    const own = lines.filter((line) => line.order === order);
    if (!own.every(({ isDone }) => isDone) && !own.some(({ isDone, isDue }) => !isDone && isDue)) return [];
    const inFull = own.every(({ isDone, left, wanted }) => isDone && left >= wanted);
    const onTime = own.filter(({ isOnTime }) => isOnTime).length;
    const firstFailing = !inFull ? 'NOT_IN_FULL' : onTime < own.length ? 'LATE' : null;
    return [
      { orderId: order.orderId, lines: own.length, linesOnTimeToPromise: onTime, inFull: Number(inFull), firstFailing },
    ];
  });
};
