import { describe, expect, test } from '@jest/globals';
import { orderToCash } from '../../../domain/orderToCash/orderToCash.ts';
import { acceptedOrder, feed, freed, held, priced, recorded } from './samples.ts';

const run = (...events: Parameters<typeof feed>[1]) => feed(orderToCash, events);
const shorted = (commandId?: string) => recorded('AllocationShorted', { lineId: '10' }, commandId);

describe('from capture to acceptance', () => {
  test('O-39 the channel of the order is known of everything that it leads to', () => {
    const first = priced();
    const from = { ...first, metadata: { ...first.metadata, source: { system: 'rest', channel: 'edi' } } };
    const { issued } = run(from, acceptedOrder(), shorted());
    expect(issued.map(({ channel }) => channel)).toEqual(['edi', 'edi', 'edi']);
    expect(run(priced()).issued).not.toHaveProperty('0.channel');
  });

  test('a captured order is finished by the process when its request dies, and only then', () => {
    const { intents } = run(priced());
    expect(intents).toMatchObject([{ step: 'capture', delayMs: 3000, lane: expect.stringMatching(/:capture$/) }]);
  });

  test('waiting for the request does not hold up the order', () => {
    const lanes = run(priced(), acceptedOrder()).intents.map((intent) => intent.lane);
    expect(new Set(lanes).size).toBe(lanes.length);
  });

  test('S-19 the last hold to go brings acceptance; credit is overridden when a person released it', () => {
    expect(run(held('H1'), held('H2', 'MANUAL'), freed('H1')).steps).toEqual([]);
    expect(run(held('H1'), held('H2', 'MANUAL'), freed('H1'), freed('H2', 'MANUAL')).last).toMatchObject([
      { step: 'accept', payload: { overrideCredit: true } },
    ]);
    expect(run(held('H2', 'MANUAL'), freed('H2', 'MANUAL')).last).toMatchObject([
      { step: 'accept', payload: { overrideCredit: false } },
    ]);
  });

  test('acceptance goes to the ERP in a lane of its own, and to sourcing', () => {
    const { last } = run(priced(), acceptedOrder());
    expect(last.map(({ step, lane }) => [step, lane.endsWith(':erp')])).toEqual([
      ['registerErp', true],
      ['allocate', false],
    ]);
  });
});

describe('P-12 the ERP', () => {
  test('opens the gate when it knows the order', () => {
    expect(run(acceptedOrder(), recorded('ErpOrderRegistered', {})).last).toMatchObject([
      { step: 'release', payload: { openErpGate: true, held: false } },
    ]);
  });

  test('is asked again when its refusal is resolved, unless it knows the order by now', () => {
    const refused = [acceptedOrder(), held('E', 'ERP_REFUSED')];
    expect(run(...refused, freed('E', 'ERP_REFUSED')).last).toMatchObject([{ step: 'registerErp' }]);
    expect(run(...refused, recorded('ErpOrderRegistered', {}), freed('E', 'ERP_REFUSED')).last).toMatchObject([
      { step: 'changeErp' },
    ]);
  });

  test('its refusal does not stop sourcing, another hold does until it is released', () => {
    expect(run(acceptedOrder(), held('E', 'ERP_REFUSED'), shorted()).last).toMatchObject([{ step: 'allocate' }]);
    const stopped = run(acceptedOrder(), held('M', 'MANUAL'), shorted(), recorded('ErpOrderRegistered', {}));
    expect(stopped.last).toMatchObject([{ step: 'release', payload: { openErpGate: true, held: true } }]);
    expect(stopped.steps.filter((step) => step === 'allocate')).toHaveLength(1);
    expect(run(acceptedOrder(), held('M', 'MANUAL'), shorted(), freed('M', 'MANUAL')).last).toMatchObject([
      { step: 'allocate' },
    ]);
  });
});

describe('what was changed after the acceptance', () => {
  const added = (commandId: string) =>
    recorded('OrderLineAdded', { lineId: '30', line: { qty: '4' } as never, totals: {} as never }, commandId);
  const cancelled = (lineId: string) => recorded('OrderLineCancelled', { lineId, cancelledQty: '1' }, 'answer');
  const refused = (lineId: string) => recorded('OrderLineCancelRefused', { lineId, refusedQty: '1' }, 'answer');
  const toErp = (events: () => Parameters<typeof feed>[1]) =>
    run(acceptedOrder({ '10': '5', '20': '5' }), ...events()).intents.filter(({ step }) => step === 'changeErp');

  test('is told to the ERP once a command, behind the registration', () => {
    expect(toErp(() => [added('k'), added('k')])).toMatchObject([{ lane: expect.stringMatching(/:erp$/) }]);
    expect(toErp(() => [refused('10'), cancelled('20'), cancelled('10')])).toHaveLength(1);
    expect(toErp(() => [refused('10')])).toEqual([]);
  });

  test('is told again when somebody has seen to a refusal of the ERP', () => {
    const known = () => [recorded('ErpOrderRegistered', {}), held('E', 'ERP_REFUSED'), freed('E', 'ERP_REFUSED')];
    expect(toErp(known)).toHaveLength(1);
  });
});

describe('sourcing and release', () => {
  test.each([
    'AllocationShorted',
    'AllocationReservationLost',
    'AllocationReopened',
    'WarehouseRefused',
  ] as const)('%s is sourced again at once', (type) => {
    expect(run(acceptedOrder(), recorded(type, {})).last).toMatchObject([{ step: 'allocate', delayMs: 0 }]);
  });

  test('SourcingReopened is sourced by who knows of the node that opened, unless a hold is open', () => {
    const [accepted, reopened] = [acceptedOrder(), recorded('SourcingReopened', {})];
    const payload = { definedAt: reopened.position };
    expect(run(accepted, reopened).last).toMatchObject([{ step: 'allocate', payload }]);
    const { steps } = run(acceptedOrder(), held('M', 'MANUAL'), recorded('SourcingReopened', {}));
    expect(steps.filter((step) => step === 'allocate')).toHaveLength(1);
  });

  test('many lines of one shortage are sourced together, those of the next again', () => {
    const { steps } = run(acceptedOrder(), shorted('k'), shorted('k'), shorted('k'), shorted('m'));
    expect(steps.filter((step) => step === 'allocate')).toHaveLength(3);
  });

  test('a warehouse that keeps refusing is tried less and less often, without holding up the order', () => {
    const refusal = () => recorded('WarehouseRefused', {});
    const { intents } = run(acceptedOrder(), refusal(), refusal(), refusal());
    expect(intents.slice(2).map((intent) => intent.delayMs)).toEqual([0, 60_000, 300_000]);
    expect(intents.at(-1)?.lane).toMatch(/:retry$/);
  });

  test('B-09 stock that came for a backorder is recorded, and then released', () => {
    const fill = () =>
      recorded('StockReserved', {
        cause: 'BACKORDER',
        lineId: '10',
        node: 'DC-EAST',
        item: 'BRG-6204',
        reservationId: 'R',
        qty: '3',
      });
    expect(run(acceptedOrder(), fill()).last).toMatchObject([
      { step: 'recordFill', payload: { reservationId: 'R', qty: '3' } },
    ]);
    expect(run(acceptedOrder(), recorded('AllocationReserved', { from: 'BACKORDERED' })).last).toMatchObject([
      { step: 'release', payload: { openErpGate: false } },
    ]);
  });

  test('what sourcing itself reserves, and what belongs to no order of ours, means nothing here', () => {
    expect(orderToCash.keyOf(recorded('StockReserved', { cause: 'REQUEST' }))).toBeUndefined();
    expect(orderToCash.keyOf(recorded('AllocationReserved', { from: 'UNSOURCED' }))).toBeUndefined();
    expect(orderToCash.keyOf(recorded('StockReceived', {}))).toBeUndefined();
    expect(run(recorded('StockReserved', { cause: 'BACKORDER' }), recorded('ReservationExpired', {})).issued).toEqual(
      [],
    );
  });

  test('a release is planned at once and sent in the lane of its warehouse', () => {
    const { last } = run(
      acceptedOrder(),
      recorded('AllocationReleased', { releaseId: 'A', shipmentId: 'S', node: 'DC-EAST', lines: [] }),
    );
    expect(last.map(({ step, lane }) => [step, lane.split(':').slice(1).join(':')])).toEqual([
      ['planShipment', ''],
      ['toWarehouse', 'wms:DC-EAST'],
    ]);
  });

  test('P-17 a reported shortage is recorded', () => {
    expect(run(acceptedOrder(), recorded('ShipmentShorted', { shortageId: 's', lines: [] })).last).toMatchObject([
      { step: 'recordShortage', payload: { shortageId: 's' } },
    ]);
  });
});

describe('cancellation', () => {
  const asked = (lineId: string) =>
    recorded('OrderLineCancelRequested', { changeId: 'X', lineId, requestedQty: '1' }, 'cancel-command');

  test('one change is one step, however many lines it names', () => {
    expect(run(acceptedOrder(), asked('10'), asked('20')).last).toMatchObject([
      { step: 'cancel', payload: { changeId: 'X' } },
    ]);
    expect(run(acceptedOrder(), asked('10'), asked('20')).steps.filter((step) => step === 'cancel')).toHaveLength(1);
  });

  test('before acceptance the order has answered itself; then it may be finished', () => {
    expect(
      run(asked('10'), recorded('OrderLineCancelled', { lineId: '10', cancelledQty: '1' }, 'cancel-command')).steps,
    ).toEqual(['close']);
  });

  test('each warehouse is asked once per change, in its own lane', () => {
    const toStop = [
      { releaseId: 'A', shipmentId: 'S', node: 'DC-EAST', qty: '1' },
      { releaseId: 'B', shipmentId: 'T', node: 'DC-WEST', qty: '1' },
    ];
    const back = (lineId: string) => recorded('AllocationReleasedBack', { changeId: 'X', lineId, toStop }, 'give-up');
    const { intents } = run(acceptedOrder(), back('10'), back('20'));
    const stops = intents.filter((intent) => intent.step === 'stopRelease');
    expect(
      stops.map((intent) => [intent.payload.releaseId, intent.lane.endsWith(String(intent.payload.node))]),
    ).toEqual([
      ['A', true],
      ['B', true],
    ]);
    expect(new Set(stops.map((intent) => intent.intentId)).size).toBe(2);
    expect(orderToCash.keyOf(recorded('AllocationReleasedBack', { toStop: [] }))).toBeUndefined();
  });

  test.each(['OrderLineCancelled', 'OrderLineCancelRefused'] as const)('%s may finish the order', (type) => {
    expect(
      run(
        acceptedOrder(),
        recorded(type, { lineId: '10', ...(type === 'OrderLineCancelled' ? { cancelledQty: '1' } : {}) }),
      ).steps,
    ).toContain('close');
  });

  test('P-16 a closed order gives its credit back', () => {
    expect(run(recorded('OrderClosed', { soldTo: 'C-1001' })).last).toMatchObject([
      { step: 'releaseCredit', payload: { soldTo: 'C-1001' } },
    ]);
  });
});
