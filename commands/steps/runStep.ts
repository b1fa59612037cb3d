import type { PayloadOf, StepName } from '../../domain/orderToCash/steps.ts';
import type { OutboxItem } from '../ports.ts';
import { allocate, release, tryTogether } from './allocate.ts';
import { cancel, stopRelease } from './cancelScripts.ts';
import { giveUpReservations, moveBackorder, recordFill, recordReservationLost } from './fillScripts.ts';
import { afterInvoice, afterInvoiceVoid, calculateTax, commitTax, issueInvoice, voidTax } from './invoiceScripts.ts';
import { collectOutcomes, exportBatch, recordPosting } from './ledgerScripts.ts';
import { accept, capture, close, recheckCredit, registerErp, releaseCredit } from './orderScripts.ts';
import { afterConfirm, afterShipmentVoid } from './shippedScripts.ts';
import { type Run, type StepPorts, type StepScript, startRun } from './stepRun.ts';
import { planShipment, recordShortage, toWarehouse } from './warehouseScripts.ts';

/** Every step a process can want has a script here, or this does not compile. */
const scripts: { readonly [S in StepName]: StepScript<S> } = {
  accept,
  afterConfirm,
  afterInvoice,
  afterInvoiceVoid,
  afterShipmentVoid,
  allocate,
  calculateTax,
  cancel,
  capture,
  close,
  collectOutcomes,
  commitTax,
  exportBatch,
  giveUpReservations,
  issueInvoice,
  moveBackorder,
  planShipment,
  recheckCredit,
  recordFill,
  recordPosting,
  recordReservationLost,
  recordShortage,
  registerErp,
  release,
  releaseCredit,
  stopRelease,
  toWarehouse,
  tryTogether,
  voidTax,
};

/** A newer program wanted this; an older one must leave it where it is. */
export class UnknownStep extends Error {
  override readonly name = 'UnknownStep';
}

const isStep = (step: string): step is StepName => Object.hasOwn(scripts, step);

const runScript = <S extends StepName>(step: S, run: Run, payload: PayloadOf<S>): Promise<void> =>
  scripts[step](run, payload);

/** Runs the step of one outbox item to its end. Throws `UnknownStep`, `StepRefused`, `NotYet`, `PartnerUnavailable`, `LogUnavailable`. */
export const runStep = async (ports: StepPorts, item: OutboxItem): Promise<void> => {
  const { step, payload } = item;
  if (!isStep(step)) throw new UnknownStep(`there is no step ${step}`);
  // Our own processes wrote the payload, and the type of `Step` ties it to the step's name.
  await runScript(step, startRun(ports, item), payload as PayloadOf<typeof step>);
};
