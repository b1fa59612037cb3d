import { createHash } from 'node:crypto';
import { isPeriod } from '../../domain/calendar.ts';
import { credit } from '../../domain/credit/credit.ts';
import { type Refusal, refuse } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { EventType } from '../../domain/events.ts';
import { canonicalJson } from '../../domain/evidence/canonicalJson.ts';
import type { InvoiceIssued } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { GlBatchSealed } from '../../domain/ledger/events.ts';
import { glBatchDecider } from '../../domain/ledger/glBatch.ts';
import { glBatchId, type SealHashes, sealContent } from '../../domain/ledger/sealing.ts';
import { businessUnitOf, type Catalog, customerOf } from '../../domain/masterData/catalog.ts';
import type { Application, Violation } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { findEvent, receiptOf } from '../deciding/readStream.ts';
import { done, invalid, noSuch, refused, refusedAs, violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';
import { billedShipments } from './billedGoods.ts';
import type { AppPorts } from './callPorts.ts';
import { findStream } from './findStream.ts';
import { acceptedTaxOf } from './taxDifferences.ts';

/** The hashes of RFC 9162: leaves and nodes are told apart by their first byte. */
export const sealHashes: SealHashes = {
  content: contentSha256,
  leaf: (value) =>
    createHash('sha256')
      .update(Buffer.from([0]))
      .update(canonicalJson(value), 'utf8')
      .digest('hex'),
  node: (left, right) =>
    createHash('sha256')
      .update(Buffer.from([1]))
      .update(Buffer.from(left, 'hex'))
      .update(Buffer.from(right, 'hex'))
      .digest('hex'),
};

export type LedgerPeriod = { readonly bu: string; readonly ledger: string; readonly period: string };

export const periodViolations = (catalog: Catalog, { bu, ledger, period }: LedgerPeriod): readonly Violation[] => {
  const unit = businessUnitOf(catalog, bu);
  if (unit === undefined) return [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)];
  const found: Violation[] = [];
  if (unit.ledger !== ledger)
    found.push(violation('/ledger', 'LEDGER_UNKNOWN', `The ledger of ${bu} is ${unit.ledger}.`));
  if (!isPeriod(period)) found.push(violation('/period', 'PERIOD_INVALID', `${period} is not a period (YYYYMM).`));
  return found;
};

/**
 * Seals what is ready. Journals and number come from one read; the batch's stream is named after the number, so of two
 * seals at once one is refused BATCH_SEALED and has to read again, and no journal is ever in two batches.
 */
const batchOf = ({ batchId, journals, controlTotals, contentSha256: sha256 }: GlBatchSealed['data']) => ({
  batchId,
  state: 'SEALED' as const,
  journalCount: journals.length,
  controlTotals,
  sha256,
});

/** How many batches back a seal that died before it answered is looked for. */
const batchesBackMax = 5;

/** The batch that an earlier attempt at this very command sealed. What it sealed is no longer ready, so it would not be found by number. */
const sealedBefore = async (
  ports: AppPorts,
  { bu, ledger, period }: LedgerPeriod,
  sequence: number,
  commandId: string,
) => {
  for (let back = sequence - 1; back >= Math.max(1, sequence - batchesBackMax); back -= 1) {
    const stream = streamName('glbatch', bu, glBatchId(ledger, period, back));
    const sealed = await findEvent(ports.store, stream, 'GlBatchSealed');
    if (sealed?.metadata.commandId === commandId) return sealed;
  }
  return undefined;
};

/**
 * Whoever chose the accounts does not hand over what was posted to them (spec 4.12). The other way round nothing is kept
 * apart: what is sealed stays as it is, whatever who sealed it publishes then.
 */
const hasPublished = async ({ store }: AppPorts, bu: string, by: string): Promise<boolean> => {
  const theirs = <T extends EventType>(policy: string, type: T) =>
    findEvent(store, streamName('policy', bu, policy), type, ({ metadata }) => metadata.actor.id === by);
  const published = await Promise.all([
    theirs('accounts', 'AccountMapPublished'),
    theirs('posting', 'PostingRulesPublished'),
  ]);
  return published.some((event) => event !== undefined);
};

const sealGlBatch =
  (ports: AppPorts): Application['sealGlBatch'] =>
  async (input, context) => {
    const violations = await missingIn(ports.catalog, (current) => periodViolations(current, input));
    if (violations.length > 0) return invalid(violations);
    const { bu, ledger, period } = input;
    const { journals, sequence, throughPosition } = await ports.sealableJournals(bu, ledger, period);
    const earlier = await sealedBefore(ports, input, sequence, context.commandId);
    if (earlier !== undefined) return done(batchOf(earlier.data), receiptOf(earlier));
    if (await hasPublished(ports, bu, context.actor.id))
      return refusedAs(
        'SOD_VIOLATION',
        'Who published accounts or posting rules of a business unit seals no batch of it.',
      );
    if (journals.length === 0) return refusedAs('BATCH_EMPTY', `Period ${period} has no journal that is ready.`);
    const batchId = glBatchId(ledger, period, sequence);
    const command = {
      type: 'SealBatch',
      ...{ bu, ledger, batchId, period, sequence },
      throughPosition: throughPosition ?? '',
      ...sealContent(journals, sealHashes),
    } as const;
    const work = { decider: glBatchDecider, stream: streamName('glbatch', bu, batchId), command };
    return carryOut(ports.executor, work, context, ({ state }) => batchOf(state.sealed as GlBatchSealed['data']));
  };

const setCreditLimit =
  (ports: AppPorts): Application['setCreditLimit'] =>
  async ({ bu, customer, limit, currency, ifMatch }, context) => {
    const unknown = await missingIn(ports.catalog, (current) =>
      customerOf(current, bu, customer) === undefined
        ? [violation('/customer', 'CUSTOMER_UNKNOWN', `There is no customer ${customer}.`)]
        : [],
    );
    if (unknown.length > 0) return invalid(unknown);
    if (!/^(0|[1-9]\d{0,17})$/.test(limit)) {
      return invalid([violation('/limit', 'NUMERIC_FORMAT', 'A limit is integer text in minor units, not negative.')]);
    }
    const command = { type: 'SetLimit', bu, customer, currency, limit } as const;
    const stream = streamName('credit', bu, customer);
    return carryOut(ports.executor, { decider: credit, stream, command, ifMatch }, context, () => ({ customer }));
  };

/** Goods that this invoice bills come back, or never arrive: then it is credited. */
const creditedOtherwise = async (ports: AppPorts, issued: InvoiceIssued['data']): Promise<Refusal | undefined> => {
  const shipments = await billedShipments(ports, issued);
  const returned = shipments.flatMap(({ returnSpans }) => returnSpans).at(0);
  if (returned !== undefined) {
    const detail = `Goods of this invoice are in return ${returned.rmaId}; what it billed is credited.`;
    return refuse('INVOICE_NOT_VOIDABLE', detail, { rmaId: returned.rmaId });
  }
  const lost = shipments
    .flatMap(({ losses }) => losses)
    .find(({ settled }) => settled?.some(({ invoiceId }) => invoiceId === issued.invoiceId));
  if (lost === undefined) return undefined;
  const detail = `Goods of this invoice were lost (${lost.lossId}); what it billed is credited.`;
  return refuse('INVOICE_NOT_VOIDABLE', detail, { lossId: lost.lossId });
};

/** Reverses an issued invoice. The void names the event it reverses, so that the journal finds the rules of that moment. */
const voidInvoice =
  (ports: AppPorts): Application['voidInvoice'] =>
  async ({ invoiceId, reason, ifMatch }, context) => {
    const found = await findStream(ports, invoiceDecider, invoiceId);
    if (found === undefined) return noSuch('invoice', invoiceId);
    const issued = await findEvent(ports.store, found.stream, 'InvoiceIssued');
    if (issued === undefined) return refusedAs('INVOICE_NOT_ISSUED', `Invoice ${invoiceId} is not issued yet.`);
    const otherwise = await creditedOtherwise(ports, issued.data);
    if (otherwise !== undefined) return refused(otherwise);
    const voidDate = businessDay(ports, found.bu, ports.clock());
    const { eventId: issuedEventId, position: issuedPosition } = issued;
    const reversed = { issuedEventId, issuedPosition, taxAccepted: await acceptedTaxOf(ports.store, found) };
    const command = { type: 'VoidInvoice', reason, voidDate, ...reversed } as const;
    const work = { decider: invoiceDecider, stream: found.stream, command, ifMatch };
    return carryOut(ports.executor, work, context, () => ({ invoiceId }));
  };

type Calls = Pick<Application, 'sealGlBatch' | 'setCreditLimit' | 'voidInvoice'>;

export const financeCalls = (ports: AppPorts): Calls => ({
  sealGlBatch: sealGlBatch(ports),
  setCreditLimit: setCreditLimit(ports),
  voidInvoice: voidInvoice(ports),
});
