import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { conflictNames, dutyConflicts } from '../../domain/approval/conflicts.ts';
import { addDays } from '../../domain/calendar.ts';
import type { DataOf, EventType } from '../../domain/events.ts';
import { firstInvoice, invoice } from '../projections/invoiceHistory.ts';
import { positionOf } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { append, type Body, project, startedHistory } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const bu = 'ACME';
const orderIds = ['01JD0000000000000000000001', '01JD0000000000000000000002'] as const;
const actor = (id: string) => ({ actor: { kind: 'USER' as const, id, roles: [] } });
const log = startedHistory();

const by =
  (id: string) =>
  <T extends EventType>(stream: string, type: T, data: DataOf<T>) =>
    log.append(stream, type, data, actor(id));

const held = (orderId: string, type: 'CREDIT' | 'MANUAL', holdId = `${orderId}-${type}`) => ({
  stream: `order-${bu}.${orderId}`,
  hold: { orderId, bu, soldTo: 'C-1001', holdId, type } as const,
});

const hold = (orderId: string, type: 'CREDIT' | 'MANUAL') => {
  const { stream, hold: data } = held(orderId, type);
  by('jwt:system')(stream, 'OrderHeld', { ...data, scope: { kind: 'ORDER' }, note: 'why' });
};

const release = (who: string, orderId: string, type: 'CREDIT' | 'MANUAL') => {
  const { stream, hold: data } = held(orderId, type);
  return by(who)(stream, 'OrderHoldReleased', { ...data, reason: 'paid by wire' });
};

const adjust = (who: string, node: string) =>
  by(who)(`stock-${bu}.${node}.BRG-6204`, 'StockAdjusted', {
    ...{ bu, node, item: 'BRG-6204', reference: `A-${node}`, qty: '1', status: 'SELLABLE', reason: 'FOUND' },
    ...{ unitCost: '6.00', currency: 'USD', cost: '600' },
  });

const confirm = (who: string, node: string) =>
  by(who)(`shipment-${bu}.S-${node}`, 'ShipmentPlanned', {
    ...{ shipmentId: `S-${node}`, orderId: orderIds[0], bu, node, kind: 'WAREHOUSE', releaseId: 'R' },
    ...{ shipTo: { id: 'MAIN' }, lines: [] },
  }) &&
  by(who)(`shipment-${bu}.S-${node}`, 'ShipmentConfirmed', {
    ...{ shipmentId: `S-${node}`, orderId: orderIds[0], bu, node, confirmationId: 'K', contentSha256: 'c' },
    ...{ releaseId: 'R', soldTo: 'C-1001', shippedAt: '2026-11-23T08:00:00.000Z', tracking: [], currency: 'USD' },
    lines: [],
  });

const approve = (asks: string, agrees: string, approvalId: string) => {
  const about = { approvalId, bu: 'operations', subject: { kind: 'rebuild', id: 'R' }, payloadSha256: '9f' };
  const stream = `approval-operations.${approvalId}`;
  by(asks)(stream, 'ApprovalRequested', {
    ...{ ...about, duty: 'REBUILD_SWAP', summary: 'Swap.', link: '/v1', limit: null, requestedBy: asks, involved: [] },
    ...{ reason: 'the fix', expiresAt: '2026-11-24T08:00:00.000Z' },
  });
  by(agrees)(stream, 'ApprovalGranted', { ...about, grantedBy: agrees, reason: 'looked at it' });
};

const correct = (who: string, closes: string) => {
  const period = { bu, ledger: 'PRIMARY', period: '202611' };
  const stream = `period-${bu}.PRIMARY.202611`;
  by(who)(stream, 'PeriodCorrected', { ...period, correctionId: 'C-1', correctedBy: who });
  const closed = { checklistSha256: 'a', trialBalanceSha256: 'b', throughPosition: '1', closedBy: closes };
  by(closes)(stream, 'PeriodClosed', { ...period, ...closed });
};

const settle = (pays: string, writesOff: string, soldTo: string) => {
  const invoiceId = `${orderIds[0]}-i1`;
  const of = { invoiceId, orderId: orderIds[0], bu, number: 'INV-1', soldTo, currency: 'USD', amount: '100' };
  const receivable = { customerGroup: 'TRADE', node: 'DC-EAST', channel: 'portal', shipTo: { id: 'MAIN' } };
  const payment = { paymentId: `P-${soldTo}`, reference: 'BANK-1', recordedBy: pays, receivable };
  by(pays)(`invoice-${bu}.${invoiceId}`, 'PaymentRecorded', { ...of, ...payment, paidAt: '2026-11-23T08:00:00.000Z' });
  const lost = { writeOffId: `W-${soldTo}`, cause: 'BAD_DEBT' as const, reason: 'gone', receivable };
  by(writesOff)(`invoice-${bu}.${invoiceId}`, 'InvoiceWrittenOff', {
    ...{ ...of, ...lost, writtenOffOn: '2026-11-24', writtenOffBy: writesOff },
  });
};

const playActs = () => {
  for (const orderId of orderIds) placeOrder(log, orderId);
  const entered = log.events.length;
  // The history's own actor entered the orders; whatever else happens to them is done by others first.
  hold(orderIds[0], 'CREDIT');
  hold(orderIds[1], 'MANUAL');
  release('jwt:lee', orderIds[0], 'CREDIT');
  const manual = release('kim', orderIds[1], 'MANUAL');
  hold(orderIds[1], 'CREDIT');
  const credit = release('kim', orderIds[1], 'CREDIT');
  adjust('jwt:dock', 'DC-EAST');
  confirm('jwt:dock', 'DC-EAST');
  adjust('jwt:dock', 'DC-WEST');
  confirm('jwt:pat', 'DC-WEST');
  correct('jwt:fay', 'jwt:fay');
  invoice(log, orderIds[0], 1, firstInvoice);
  settle('jwt:cy', 'jwt:cy', 'C-1001');
  settle('jwt:pat', 'jwt:dock', 'C-1002');
  approve('jwt:ada', 'jwt:bob', 'AP-1');
  approve('jwt:ada', 'jwt:ada', 'AP-2');
  return { entered, manual, credit };
};

const acts = playActs();
let api: TestApi;
// The log says when something was recorded, which may be on both sides of midnight.
let [firstDay, lastDay] = ['', ''];
beforeAll(async () => {
  api = await makeTestApi();
  await append(api, log, 0);
  await project(api);
  const { events } = await api.log.readAfter('start', 500);
  [firstDay, lastDay] = [events[0], events.at(-1)].map((event) => event?.recordedAt.slice(0, 10) ?? '') as [
    string,
    string,
  ];
});
afterAll(() => api.close());

type Conflict = {
  readonly conflict: string;
  readonly actor: { readonly id: string };
  readonly object: { readonly kind: string; readonly id: string };
  readonly acts: readonly { readonly duty: string; readonly first: { readonly position: string } }[];
};

const get = async <Item>(path: string) => {
  const { status, body } = await call(api, 'GET', path, { role: 'auditor' });
  expect({ path, status }).toEqual({ path, status: 200 });
  return body as Body & { readonly items: readonly Item[]; readonly nextCursor: string | null };
};

const said = ({ conflict, actor: { id }, object }: Conflict) => [conflict, id, object.kind, object.id];

describe('4.12 who did two things that duties keep apart', () => {
  test('is told by conflict, person and object, and who did one of them only is not', async () => {
    const { items, report } = await get<Conflict>('/v1/audit/duties/conflicts');
    expect(items.map(said)).toEqual([
      ['CREDIT_LIMIT_AND_ORDER_ENTRY', 'kim', 'customer', 'C-1001'],
      ['CREDIT_LIMIT_AND_ORDER_RELEASE', 'kim', 'customer', 'C-1001'],
      ['ORDER_ENTRY_AND_CREDIT_RELEASE', 'kim', 'order', orderIds[1]],
      ['PERIOD_CLOSE_AND_CORRECTION', 'jwt:fay', 'period', 'PRIMARY.202611'],
      ['REQUEST_AND_APPROVAL', 'jwt:ada', 'approval', 'AP-2'],
      ['STOCK_ADJUSTMENT_AND_SHIPPING', 'jwt:dock', 'node', 'DC-EAST'],
      ['WRITE_OFF_AND_PAYMENT', 'jwt:cy', 'customer', 'C-1001'],
    ]);
    expect(report).toMatchObject({ rowCount: 7 });
  });

  test('with the first and the last time of each act', async () => {
    const path = '/v1/audit/duties/conflicts?bu=ACME&actor=kim&conflict=CREDIT_LIMIT_AND_ORDER_RELEASE';
    const [found, ...more] = (await get<Conflict>(path)).items;
    expect(more).toEqual([]);
    const limit = log.events.find(({ type }) => type === 'CreditLimitSet');
    const placeOf = ({ eventId, type: action, position }: typeof acts.manual) => ({ eventId, action, position });
    expect(found?.acts).toMatchObject([
      { duty: 'MAINTAIN_CREDIT_LIMIT', first: { eventId: limit?.eventId }, last: { eventId: limit?.eventId } },
      { duty: 'RELEASE_ORDER', first: placeOf(acts.manual), last: placeOf(acts.credit) },
    ]);
  });

  test('page by page, each once', async () => {
    const whole = await get<Conflict>('/v1/audit/duties/conflicts');
    const found: Conflict[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof get<Conflict>>> = await get(
        `/v1/audit/duties/conflicts?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(whole.items);
  });

  test('as it was known before the second act, and of a day', async () => {
    const at = positionOf(acts.entered - 1);
    const before = await get<Conflict>(`/v1/audit/duties/conflicts?knownAsOf=${at}`);
    expect(before.items.map(({ conflict }) => conflict)).toEqual(['CREDIT_LIMIT_AND_ORDER_ENTRY']);
    expect((await get(`/v1/audit/duties/conflicts?validAsOf=${addDays(firstDay, -1)}`)).items).toEqual([]);
    expect((await get(`/v1/audit/duties/conflicts?from=${addDays(lastDay, 1)}`)).items).toEqual([]);
    const day = await get(`/v1/audit/duties/conflicts?from=${firstDay}&validAsOf=${lastDay}`);
    expect(day.items).toHaveLength(7);
  });

  test('an index holds every type that is asked for', async () => {
    const { rows } = await api.database.pool.query<{ definition: string }>(
      `select pg_get_indexdef('rm_event_index_v1.event_index_duty'::regclass) as definition`,
    );
    for (const { one, other } of conflictNames.map((name) => dutyConflicts[name]))
      for (const type of [...one.types, ...other.types]) expect(rows[0]?.definition).toContain(`'${type}'`);
  });
});

type Action = Readonly<Record<string, unknown>> & { readonly position: string };

describe('who did what', () => {
  test('newest first: what, to which object, when, why, and with whose agreement', async () => {
    const { items } = await get<Action>('/v1/audit/actors/jwt:ada/actions');
    expect(items.map(({ action, object, reason, approvalId }) => [action, object, reason, approvalId])).toEqual([
      ['ApprovalGranted', { kind: 'approval', id: 'AP-2' }, 'looked at it', 'AP-2'],
      ['ApprovalRequested', { kind: 'approval', id: 'AP-2' }, 'the fix', 'AP-2'],
      ['ApprovalRequested', { kind: 'approval', id: 'AP-1' }, 'the fix', 'AP-1'],
    ]);
    const released = (await get<Action>('/v1/audit/actors/jwt:lee/actions')).items;
    expect(released).toMatchObject([
      {
        ...{ action: 'OrderHoldReleased', object: { kind: 'order', id: orderIds[0] }, reason: 'paid by wire' },
        ...{ approvalId: null, orderId: orderIds[0], customer: 'C-1001', bu },
      },
    ]);
  });

  test('all of one person, page by page, is all that the log has', async () => {
    const own = log.events.filter(({ metadata }) => metadata.actor.id === 'kim').map(({ position }) => position);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const path = `/v1/audit/actors/kim/actions?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: Awaited<ReturnType<typeof get<Action>>> = await get(path);
      found.push(...page.items.map(({ position }) => position));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(own.toReversed());
  });

  test('a type, a day and a position narrow it', async () => {
    const path = '/v1/audit/actors/kim/actions?type=OrderHoldReleased';
    expect((await get<Action>(path)).items).toHaveLength(2);
    expect((await get<Action>(`${path}&knownAsOf=${acts.manual.position}`)).items).toHaveLength(1);
    expect((await get<Action>(`${path}&validAsOf=${addDays(firstDay, -1)}`)).items).toEqual([]);
    expect((await get<Action>(`${path}&from=${addDays(lastDay, 1)}`)).items).toEqual([]);
    expect((await get<Action>('/v1/audit/actors/jwt:auth0%7Cnobody/actions')).items).toEqual([]);
  });
});
