import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { createUnmadeDocuments } from '../../adapters/postgres/unmadeDocuments.ts';
import { createWaitingAnswers } from '../../adapters/postgres/waitingAnswers.ts';
import { createOutboundDocuments, type OutboundPorts } from '../../commands/edi/outboundDocuments.ts';
import type { DocumentContent, DocumentWriter } from '../../commands/ports.ts';
import type { Position } from '../../domain/eventLog.ts';
import { departures } from '../support/publishedSchemas.ts';
import { eventsOf, ofType } from './facts.ts';
import { bu, world } from './newUnits.ts';
import { must } from './world.ts';

// The worker that makes documents for partners, as tests of a business unit run it.

/** What was stored, by its hash. */
const stored = new Map<string, Buffer>();
const signal = new AbortController().signal;
/** Every worker begins where the test did. */
let start: Position | 'start' = 'start';
const checkpoints = { read: async () => start, advance: async () => true };

export const beginHere = async (): Promise<void> => {
  stored.clear();
  start = await world.log.head();
};

/** What a document is made of, as it was published. */
const canonical = {
  ...{ 855: 'order-acknowledgement', 865: 'change-acknowledgement', 856: 'ship-notice', 810: 'partner-invoice' },
  ...{ 846: 'stock-advice', 940: 'shipping-order' },
} as const;

const written: DocumentContent[] = [];
const write: DocumentWriter = (content, envelope) => {
  written.push(content);
  return writeDocument(content, envelope);
};

/** O-23: where what was written since is not as it was published. */
export const departuresOfWritten = (): readonly string[] =>
  written.splice(0).flatMap((content) => departures(canonical[content.kind], content));

export const portsOf = (changes: Partial<OutboundPorts> = {}): OutboundPorts => ({
  ...{
    feed: world.log,
    checkpoints,
    executor: world.executor(),
    store: world.log,
    catalog: world.catalog,
  },
  ...{ write, clock: world.clock, stock: async () => [] },
  waiting: createWaitingAnswers(createKysely<never>(world.pool)),
  unmade: createUnmadeDocuments(createKysely<never>(world.pool)),
  discards: createMessageDiscards(createKysely<never>(world.pool)),
  vault: { sealsFor: async (subjects) => new Map(subjects.map((subject) => [subject, (text: string) => text])) },
  payloads: {
    put: async ({ sha256, content }) => {
      stored.set(sha256, Buffer.from(content, 'base64'));
    },
  },
  onError: (error) => world.problems.push(error),
  onStuck: ({ error }) => world.problems.push(error),
  ...changes,
});

export const work = async (changes: Partial<OutboundPorts> = {}): Promise<void> => {
  const worker = createOutboundDocuments(portsOf(changes));
  while (await worker.step(signal));
};

/** A place in the log that goes on, as one process after the other has it. */
export const createPlace = (from: Position | 'start') => {
  let place = from;
  return {
    at: () => place,
    checkpoints: {
      read: async () => place,
      advance: async (_name: string, _from: Position | 'start', to: Position) => {
        place = to;
        return true;
      },
    },
  };
};

/** Works off what there is and ends, its place noted. */
export const workFrom = async (
  { checkpoints: noted }: ReturnType<typeof createPlace>,
  changes: Partial<OutboundPorts> = {},
): Promise<void> => {
  const worker = createOutboundDocuments(portsOf({ checkpoints: noted, ...changes }));
  while (await worker.step(signal));
  await worker.step(AbortSignal.abort());
};

export const partner = (soldTo = 'C-1001') => ({
  ...({ bu, partner: 'NORDBUY', soldTo, active: true, usage: 'P', x12Version: '004010', acknowledges: true } as const),
  them: { qualifier: 'ZZ', id: `NB${bu}`, application: 'NORDBUY' },
  us: { qualifier: 'ZZ', id: `US${bu}`, application: 'ACMESUPPLY' },
  sends: ['855', '865', '856', '810', '846'] as const,
  orders: { channel: 'portal', shipTo: null, leadDays: null, pricesCount: true },
});

export const definePartner = (soldTo?: string) => must(world.app().definePartner(partner(soldTo), world.as('admin')));

export const made = async () => ofType(await eventsOf(world, bu), 'PartnerDocumentMade').map(({ data }) => data);
export const textOf = ({ payloadSha256 }: { readonly payloadSha256: string }) => `${stored.get(payloadSha256)}`;
export const numbers = async () => (await made()).map(({ controlNumber }) => controlNumber);
