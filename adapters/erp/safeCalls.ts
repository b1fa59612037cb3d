import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Erp,
  type ErpOrder,
  type PartnerRefusal,
  type PartnerTrouble,
  PartnerUnavailable,
} from '../../commands/partnerPorts.ts';
import type { JournalImportAnswer } from './schema.ts';
import { type JournalBatch, toOutcomes } from './translate.ts';

export type Registered = { readonly kind: 'registered'; readonly erpNumber: string };
type ChangedOrder = Parameters<Erp['changeOrder']>[0];
type Taken = { readonly kind: 'taken'; readonly found: JournalImportAnswer };
/** A batch as it is sent, and whether a hash that they tell is of it. */
type Written = {
  readonly kind: 'written';
  readonly body: string;
  readonly isOurs: (fileSha256: string) => boolean;
};

/** How one ERP is called: single calls that may be lost, and promise nothing. All throw `PartnerUnavailable`. */
export type ErpWire = {
  readonly system: string;
  /** Throws AMBIGUOUS when two orders carry our reference. */
  readonly findOrder: (bu: string, orderId: string) => Promise<{ readonly erpNumber: string } | undefined>;
  readonly createOrder: (order: ErpOrder) => Promise<Registered | PartnerRefusal>;
  /** May be sent again whatever became of it: a state that they have is no change, and an older one than theirs is none. */
  readonly changeOrder: Erp['changeOrder'];
  readonly findImport: (bu: string, batchId: string) => Promise<JournalImportAnswer | undefined>;
  readonly writeImport: (batch: JournalBatch) => Written | PartnerRefusal;
  readonly sendImport: (body: string) => Promise<Taken | PartnerRefusal>;
};

export type SafeCallOptions = {
  /** How long after a call of unknown outcome its effect may still appear; longer than their gateway's time limit. */
  readonly settleMs?: number;
  readonly settlePollMs?: number;
};

/** Is what they hold now the order that was sent, or a later state of it? */
export const holdsChange = (
  held: { readonly number: string; readonly externalDocumentNumber: string; readonly sourceRevision: number },
  sent: Pick<ChangedOrder, 'orderId' | 'erpNumber' | 'changes'>,
): boolean =>
  held.externalDocumentNumber === sent.orderId && held.number === sent.erpNumber && held.sourceRevision >= sent.changes;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** After these the ERP certainly did nothing, so there is nothing to look for. */
const certainlyNotDone: ReadonlySet<PartnerTrouble> = new Set(['BUSY', 'BREAKER_OPEN', 'BULKHEAD_FULL', 'CREDENTIALS']);

const mayBeDone = (error: unknown): boolean =>
  error instanceof PartnerUnavailable && !certainlyNotDone.has(error.class);

const orderCalls = (wire: ErpWire, { settleMs = 3_000, settlePollMs = 250 }: SafeCallOptions) => {
  const find = async ({ bu, orderId }: ErpOrder): Promise<Registered | undefined> => {
    const found = await wire.findOrder(bu, orderId);
    return found && { kind: 'registered', erpNumber: found.erpNumber };
  };

  /** The call may have had its effect, or may still have it: look until it can no longer appear. Never sends again. */
  const settle = async (order: ErpOrder): Promise<Registered | undefined> => {
    const untilMs = performance.now() + settleMs;
    for (;;) {
      const found = await find(order);
      if (found !== undefined || performance.now() >= untilMs) return found;
      await sleep(settlePollMs);
    }
  };

  return async (order: ErpOrder): Promise<Registered | PartnerRefusal> => {
    const known = await find(order);
    if (known !== undefined) return known;
    try {
      const made = await wire.createOrder(order);
      if (made.kind === 'registered' || made.code !== 'DUPLICATE_EXTERNAL_DOCUMENT') return made;
      return (await find(order)) ?? made;
    } catch (error) {
      if (!mayBeDone(error)) throw error;
      const found = await settle(order);
      if (found === undefined) throw error;
      return found;
    }
  };
};

const journalCalls = (wire: ErpWire) => {
  const compare = ({ fileSha256 }: JournalImportAnswer, { isOurs }: Written) =>
    isOurs(fileSha256)
      ? ({ kind: 'imported', fileSha256 } as const)
      : ({
          kind: 'refused',
          code: 'BATCH_CONTENT_DIFFERS',
          detail: 'The ERP holds this batch id with other content.',
        } as const);

  const importJournals: Erp['importJournals'] = async (batch) => {
    const written = wire.writeImport(batch);
    if (written.kind === 'refused') return written;
    const find = () => wire.findImport(batch.bu, batch.batchId);
    const known = await find();
    if (known !== undefined) return compare(known, written);
    try {
      const sent = await wire.sendImport(written.body);
      return sent.kind === 'refused' ? sent : compare(sent.found, written);
    } catch (error) {
      if (!mayBeDone(error)) throw error;
      const found = await find();
      if (found === undefined) throw error;
      return compare(found, written);
    }
  };

  const journalOutcomes: Erp['journalOutcomes'] = async (bu, batchId) => {
    const found = await wire.findImport(bu, batchId);
    // A batch that they do not know is not finished: the export step finds or sends it first.
    if (found === undefined || found.status === 'InProgress') return { kind: 'pending' };
    return { kind: 'done', journals: toOutcomes(found) };
  };
  return { importJournals, journalOutcomes };
};

/** Finds before it creates, and never sends again after a call of unknown outcome: the same for every way to call one. */
export const safeCalls = (wire: ErpWire, options: SafeCallOptions): Erp => ({
  system: wire.system,
  registerOrder: orderCalls(wire, options),
  changeOrder: wire.changeOrder,
  ...journalCalls(wire),
});
