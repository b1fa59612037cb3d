import { streamName } from '../../domain/eventLog.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { OfInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import { type PayloadOf, partnerOf, type stepPartners } from '../../domain/orderToCash/steps.ts';
import { releaseDocumentId } from '../edi/warehouseDocumentIds.ts';
import { begunFor } from '../edi/warehouseOrders.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import type { PartnerLookups } from '../ports/lookup.ts';
import type { PreviewedMessage } from '../ports/replay.ts';
import type { Controls } from '../ports.ts';
import { troubleOf } from '../workers/trouble.ts';
import { isAdapterPaused } from './controls.ts';

export type LookupPorts = {
  readonly lookups: PartnerLookups;
  readonly executor: Pick<Executor, 'load'>;
  /** A partner that operators hold is left alone. */
  readonly controls: Pick<Controls, 'pauses'>;
};

const partnerIn = (
  { lookups: { partnerFor = partnerOf } }: LookupPorts,
  step: string,
  payload: unknown,
): string | undefined => {
  const bu = typeof payload === 'object' && payload !== null && 'bu' in payload ? payload.bu : undefined;
  return partnerFor(step, typeof bu === 'string' ? bu : '');
};

/** A step that would be run. `running`: somebody is at it now. */
export type IntendedStep = Pick<PreviewedMessage, 'id' | 'step' | 'payload'> & {
  readonly attempts: number;
  readonly running: boolean;
};

type Told = Pick<PreviewedMessage, 'produced' | 'document' | 'detail'>;
type ExternalStep = keyof typeof stepPartners;
type Question<S extends ExternalStep> = (
  ports: LookupPorts,
  payload: PayloadOf<S>,
  signal: AbortSignal,
) => Promise<Told>;

const absent: Told = { produced: 'NO', document: null, detail: 'The partner does not have it.' };
const held = (document: string, detail: string | null = null): Told => ({ produced: 'YES', document, detail });
const cannotTell = (detail: string): Told => ({ produced: 'UNKNOWN', document: null, detail });

/** The document that the invoice names; a draft has its own id for one. */
const taxDocumentOf = async ({ executor }: LookupPorts, { bu, invoiceId }: OfInvoice): Promise<string> => {
  const { state } = await executor.load(invoiceDecider, streamName('invoice', bu, invoiceId));
  return state.issued?.taxDocCode ?? invoiceId;
};

const committed = (docCode: string, found: { readonly status: string } | undefined): Told => {
  if (found === undefined) return absent;
  if (found.status === 'COMMITTED') return held(docCode);
  return { produced: 'NO', document: docCode, detail: `There it is ${found.status}.` };
};

/** How each external step asks whether it was done. A new one does not compile without. */
const questions: { readonly [S in ExternalStep]: Question<S> } = {
  registerErp: async ({ lookups }, { bu, orderId }, signal) => {
    const found = await lookups.erp.order(bu, orderId, signal);
    return found === undefined ? absent : held(found.erpNumber);
  },
  changeErp: async () => cannotTell('Sent again it has one effect: the ERP keeps the newest state of an order.'),
  checkFraud: async ({ lookups }, { orderId }, signal) => {
    const found = await lookups.fraud.decision(orderId, signal);
    return found === undefined ? absent : held(found.reference);
  },
  toWarehouse: async ({ lookups, executor }, { bu, releaseId }, signal) => {
    const partner = await begunFor({ executor }, bu, releaseDocumentId(releaseId));
    if (partner !== null) return cannotTell(`It goes to ${partner} as a 940, which is made once under its own id.`);
    const found = await lookups.wms.release(releaseId, signal);
    return found === undefined ? absent : held(found.warehouseReference, `There it is ${found.status}.`);
  },
  stopRelease: async () =>
    cannotTell('The warehouse has no way to ask about it; repeated under its id it has one effect.'),
  calculateTax: async ({ lookups }, { bu, invoiceId }, signal) => {
    const found = await lookups.tax.document(bu, invoiceId, signal);
    return found === undefined ? absent : held(invoiceId, `There it is ${found.status}.`);
  },
  commitTax: async (ports, of, signal) => {
    const docCode = await taxDocumentOf(ports, of);
    return committed(docCode, await ports.lookups.tax.document(of.bu, docCode, signal));
  },
  commitCreditTax: async ({ lookups }, { bu, creditMemoId }, signal) =>
    committed(creditMemoId, await lookups.tax.creditMemo(bu, creditMemoId, signal)),
  checkTax: async () => ({ produced: 'NO', document: null, detail: 'It only asks.' }),
  voidTax: async ({ lookups }, { bu, docCode }, signal) => {
    const found = await lookups.tax.document(bu, docCode, signal);
    if (found === undefined) return absent;
    if (found.status === 'VOIDED') return held(docCode);
    return { produced: 'NO', document: docCode, detail: `There it is ${found.status}.` };
  },
  exportBatch: async ({ lookups }, { bu, batchId }, signal) => {
    const found = await lookups.erp.journalImport(bu, batchId, signal);
    return found === undefined ? absent : held(batchId, `Imported as file ${found.fileSha256}.`);
  },
  collectOutcomes: async () => ({ produced: 'NO', document: null, detail: 'It only asks.' }),
};

const questionsMax = 100;
const questionsAtOnce = 4;
const questionsMs = 5_000;

const stayingInside = ({ attempts }: IntendedStep): Told =>
  attempts === 0
    ? { produced: 'NO', document: null, detail: null }
    : cannotTell('A run of it did not report its end; what it did already is not done again.');

const asked = async <S extends ExternalStep>(
  ports: LookupPorts,
  step: S,
  intended: IntendedStep,
  signal: AbortSignal,
): Promise<Told> => {
  const partner = partnerIn(ports, step, intended.payload) ?? '';
  if (isAdapterPaused(ports.controls, partner)) return cannotTell(`Calls of ${partner} are paused.`);
  if (signal.aborted) return cannotTell('There was no time to ask.');
  try {
    // Our own processes wrote the payload, and the type of `Step` ties it to the step's name.
    const told = await questions[step](ports, intended.payload as PayloadOf<S>, signal);
    const isUnderWay = intended.running && told.produced === 'NO';
    return isUnderWay ? cannotTell('Not there yet, but somebody is sending it now.') : told;
  } catch (error) {
    return cannotTell(signal.aborted ? `${partner} did not answer in time.` : troubleOf(error).detail);
  }
};

const isExternal = (step: string): step is ExternalStep => Object.hasOwn(questions, step);

/**
 * What the partners already have of these steps, asked by their own keys. Nothing is sent: the look-ups have no way to.
 * The first hundred are asked about, for five seconds in all; of what is left the answer is that it cannot be told.
 */
export const producedAlready = async (
  ports: LookupPorts,
  steps: readonly IntendedStep[],
): Promise<readonly PreviewedMessage[]> => {
  const signal = AbortSignal.timeout(questionsMs);
  const told = new Map<IntendedStep, Told>();
  const external = steps.filter(({ step }) => isExternal(step));
  await inParallel(external.slice(0, questionsMax), questionsAtOnce, async (intended) => {
    const { step } = intended;
    if (isExternal(step)) told.set(intended, await asked(ports, step, intended, signal));
  });
  return steps.map((intended) => {
    const { id, step, payload } = intended;
    const notAsked = isExternal(step)
      ? cannotTell('There are too many to ask about all of them.')
      : stayingInside(intended);
    return { id, step, partner: partnerIn(ports, step, payload) ?? null, payload, ...(told.get(intended) ?? notAsked) };
  });
};
