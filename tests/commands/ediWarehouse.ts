import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { writeAcknowledgement } from '../../adapters/edi/inbound/acknowledgement.ts';
import { openInterchange } from '../../adapters/edi/inbound/envelope.ts';
import { createAdviceFeed } from '../../commands/edi/adviceFeed.ts';
import { withEdiWarehouses } from '../../commands/edi/ediWarehouses.ts';
import { inboundCalls } from '../../commands/edi/receiveInterchange.ts';
import type { WarehouseOrderPorts } from '../../commands/edi/warehouseOrders.ts';
import { createWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import type { StuckMessage } from '../../commands/inbox/warehouseInboxPorts.ts';
import type { Wms } from '../../commands/partnerPorts.ts';
import type { Position } from '../../domain/eventLog.ts';
import type { WarehouseTerms } from '../../domain/masterData/partnerEvents.ts';
import { eventsOf, ofType, receive } from './facts.ts';
import { bu, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

// A third-party warehouse that speaks EDI, in the business unit of a test: what it is sent, and what it sends.

const stored = new Map<string, Buffer>();
/** What the partner says of documents in its 997, by their ids. */
export const answers = new Map<string, 'ACCEPTED' | 'REJECTED'>();
/** Thrown once when bytes are kept. */
export const kept = { next: undefined as Error | undefined };
export const stuck: StuckMessage[] = [];
const rest = new WeakMap<object, Wms>();
/** Where the log was when the test began. */
let start: Position | 'start' = 'start';
let control = 0;

const payloads: WarehouseOrderPorts['payloads'] = {
  put: async ({ sha256, content }) => {
    stored.set(sha256, Buffer.from(content, 'base64'));
    const { next } = kept;
    kept.next = undefined;
    if (next !== undefined) throw next;
  },
};
const vault: WarehouseOrderPorts['vault'] = {
  sealsFor: async (subjects) => new Map(subjects.map((subject) => [subject, (text: string) => text])),
};

const ports = (): WarehouseOrderPorts => ({
  ...{ executor: world.executor(), store: world.log, catalog: world.catalog, payloads, vault },
  ...{ write: writeDocument, clock: world.clock, answerTo: async (id) => answers.get(id) ?? null },
});

export const warehouse = (terms: Partial<WarehouseTerms> = {}, changes: { readonly active?: boolean } = {}) => ({
  ...({ bu, partner: 'SOUTHSTORE', soldTo: 'C-1001', active: true, usage: 'P', x12Version: '004010' } as const),
  ...{ acknowledges: true, sends: [], warehouse: { nodes: ['3PL-SOUTH'], cancellation: null, ...terms } },
  them: { qualifier: 'ZZ', id: `SS${bu}`, application: 'SOUTHSTORE' },
  us: { qualifier: 'ZZ', id: `US${bu}`, application: 'ACMESUPPLY' },
  orders: { channel: 'edi', shipTo: null, leadDays: null, pricesCount: false },
  ...changes,
});

export const defineWarehouse = async (...of: Parameters<typeof warehouse>): Promise<void> => {
  await must(world.app().definePartner(warehouse(...of), world.as('admin')));
  await world.catalog.ready();
};

/** A warehouse that speaks EDI, and goods in it. */
export const openWarehouse = async (terms: Partial<WarehouseTerms> = {}, qty = '10'): Promise<void> => {
  const others = rest.get(world.partners) ?? world.partners.wms;
  rest.set(world.partners, others);
  Object.assign(world.partners, { wms: withEdiWarehouses(others, ports()) });
  start = await world.log.head();
  stuck.length = 0;
  answers.clear();
  await defineWarehouse(terms);
  await receive(world, bu, '3PL-SOUTH', 'BRG-6204', qty, 'R1');
};

/** An order that the warehouse was told to ship. */
export const released = async (...changes: Parameters<typeof submit>) => {
  const { orderId } = await submit(...changes);
  await world.settle();
  const [release] = await releases();
  if (release === undefined) throw new Error('nothing was released');
  return { ...release, orderId };
};

export const documents = async () =>
  ofType(await eventsOf(world, bu), 'PartnerDocumentMade')
    .filter(({ data }) => data.kind === '940')
    .map(({ data }) => ({ ...data, text: `${stored.get(data.payloadSha256)}` }));

type Set945 = readonly string[];

/** What left for the 940 of a number: lines from W12 on. */
export const advice = (number: string, reference: string, ...lines: readonly string[]): Set945 => [
  ...[`W06*F*${number}*20261123*${reference}`, 'N1*SF**91*3PL-SOUTH', 'G62*11*20261123*8*0900*ET', 'W27*M*ABFS'],
  ...lines,
];

const interchange = (sets: readonly Set945[], number: string): string => {
  const bodies = sets.flatMap((body, index) => {
    const set = `${index + 1}`.padStart(4, '0');
    return [`ST*945*${set}`, ...body, `SE*${body.length + 2}*${set}`];
  });
  const [them, us] = [`SS${bu}`.padEnd(15), `US${bu}`.padEnd(15)];
  return [
    `ISA*00*          *00*          *ZZ*${them}*ZZ*${us}*261123*0900*U*00401*${number}*0*P*>`,
    `GS*SW*SOUTHSTORE*ACMESUPPLY*20261123*0900*${Number(number)}*X*004010`,
    ...[...bodies, `GE*${sets.length}*${Number(number)}`, `IEA*1*${number}`],
  ]
    .map((segment) => `${segment}~\n`)
    .join('');
};

/** Sends an interchange; under a number of its own unless one is named. */
export const send = async (sets: readonly Set945[], number?: string) => {
  control += 1;
  const app = world.app();
  const calls = inboundCalls({
    ...ports(),
    x12: { open: openInterchange, acknowledge: writeAcknowledgement },
    ...{
      submitOrder: app.submitOrder,
      addLines: app.addLines,
      changeLine: app.changeLine,
      cancelOrder: app.cancelOrder,
      recordStockSnapshot: app.recordStockSnapshot,
      checkStockSnapshot: app.contentChecks.stockSnapshot,
    },
    understand: () => ({ violations: [] }),
    understandChange: () => ({ violations: [] }),
    orderOfPo: async () => undefined,
    catalog: world.catalog,
    executor: world.executor(),
  });
  const found = await calls.identifyInterchange(
    Buffer.from(interchange(sets, number ?? `${control}`.padStart(9, '0'))),
  );
  if (!('partner' in found)) throw new Error(JSON.stringify(found));
  return must(calls.receiveInterchange(found, world.as('channel')));
};

const signal = new AbortController().signal;

/** The inbox of warehouses that speak EDI; each one begins where the test did. */
export const makeInbox = () => {
  const feed = createAdviceFeed({ feed: { readAfter: world.log.readAfter }, catalog: world.catalog });
  const inbox = createWarehouseInbox({
    wms: feed,
    ...{ application: world.app(), catalog: world.catalog, clock: world.clock, retryBaseMs: 1 },
    checkpoints: { read: async () => start, advance: async () => true },
    onError: (error) => world.problems.push(error),
    onStuck: (one) => stuck.push(one),
  });
  return { ...inbox, take: async () => void (await inbox.step(signal)) };
};

/** What one inbox makes of all that came; then the processes go on. */
export const takeAll = async (): Promise<void> => {
  await makeInbox().take();
  await world.settle();
};

const told = ['ItemsPacked', 'ShipmentConfirmed', 'ShipmentShorted', 'ShipmentReduced', 'ShipmentOvershipped'] as const;

/** What the shipments of the business unit were told, in order. */
export const shipmentEvents = async () =>
  (await eventsOf(world, bu))
    .filter(({ type }) => told.some((one) => one === type))
    .map(({ type, data }) => ({ type, data }));
