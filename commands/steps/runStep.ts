import type { PayloadOf, StepName } from '../../domain/orderToCash/steps.ts';
import { readingFrom } from '../deciding/readingFrom.ts';
import type { OutboxItem } from '../ports.ts';
import { recordAccruals } from './accrualScripts.ts';
import { allocate, release, tryTogether } from './allocate.ts';
import { cancel, stopRelease } from './cancelScripts.ts';
import { acceptChanges } from './changeScripts.ts';
import { afterCreditMemo, commitCreditTax, issueCreditMemo } from './creditMemoScripts.ts';
import { settleDeposits, settleReceivable } from './depositScripts.ts';
import { recordDropShipment, reduceDropShipment, returnFromDropShip } from './dropShipScripts.ts';
import { changeErp, registerErp } from './erpScripts.ts';
import { giveUpReservations, moveBackorder, recordFill, recordReservationLost } from './fillScripts.ts';
import { checkFraud, endFraudWait } from './fraudScripts.ts';
import { afterInvoice, afterInvoiceVoid, calculateTax, checkTax, commitTax, voidTax } from './invoiceScripts.ts';
import { issueInvoice } from './issueInvoice.ts';
import { collectOutcomes, exportBatch, recordPosting } from './ledgerScripts.ts';
import { creditLoss, recordLossCredit } from './lossCredits.ts';
import { billFound, settleLoss } from './lossScripts.ts';
import { offerStock } from './offerStock.ts';
import { accept, capture, close, recheckCredit, releaseCredit } from './orderScripts.ts';
import { findOvershipments, settleOvershipment } from './overshipmentScripts.ts';
import { repromise } from './repromise.ts';
import { creditReturn, recordReturnCredit } from './returnCredits.ts';
import { freeReturn, moveReturned, openReturn } from './returnScripts.ts';
import { recogniseDelivered } from './revenueScripts.ts';
import { simulateBatch } from './shadowScripts.ts';
import { afterConfirm, afterShipmentVoid } from './shippedScripts.ts';
import { sourceAgain } from './sourceAgain.ts';
import { type Run, type StepPorts, type StepScript, startRun } from './stepRun.ts';
import { stopDropShip } from './stopDropShip.ts';
import { followTransfer } from './transferScripts.ts';
import { planShipment, recordShortage, toWarehouse } from './warehouseScripts.ts';

/** Every step a process can want has a script here, or this does not compile. */
const scripts: { readonly [S in StepName]: StepScript<S> } = {
  accept,
  acceptChanges,
  afterConfirm,
  afterCreditMemo,
  afterInvoice,
  afterInvoiceVoid,
  afterShipmentVoid,
  allocate,
  billFound,
  calculateTax,
  cancel,
  capture,
  changeErp,
  checkFraud,
  checkTax,
  close,
  collectOutcomes,
  commitCreditTax,
  commitTax,
  creditLoss,
  creditReturn,
  endFraudWait,
  exportBatch,
  findOvershipments,
  followTransfer,
  freeReturn,
  giveUpReservations,
  issueCreditMemo,
  issueInvoice,
  moveBackorder,
  moveReturned,
  offerStock,
  openReturn,
  planShipment,
  recheckCredit,
  recogniseDelivered,
  recordAccruals,
  recordDropShipment,
  recordFill,
  recordLossCredit,
  recordPosting,
  recordReservationLost,
  recordReturnCredit,
  recordShortage,
  reduceDropShipment,
  registerErp,
  release,
  releaseCredit,
  repromise,
  returnFromDropShip,
  settleDeposits,
  settleLoss,
  settleOvershipment,
  settleReceivable,
  sourceAgain,
  simulateBatch,
  stopDropShip,
  stopRelease,
  toWarehouse,
  tryTogether,
  voidTax,
};

/** A newer program wanted this; an older one must leave it where it is. */
class UnknownStep extends Error {
  override readonly name = 'UnknownStep';
}

const isStep = (step: string): step is StepName => Object.hasOwn(scripts, step);

const runScript = <S extends StepName>(step: S, run: Run, payload: PayloadOf<S>): Promise<void> =>
  scripts[step](run, payload);

/**
 * Runs the step of one outbox item to its end. Everything that its cause and the steps before it wrote lies at or before
 * `seen`; without it every state is read from the log. Throws `UnknownStep`, `StepRefused`, `NotYet`, `PartnerUnavailable`, `LogUnavailable`.
 */
export const runStep = async (ports: StepPorts, item: OutboxItem, seen?: string): Promise<void> => {
  const { step, payload } = item;
  if (!isStep(step)) throw new UnknownStep(`there is no step ${step}`);
  const withSeen = seen === undefined ? ports : { ...ports, executor: readingFrom(ports.executor, seen) };
  // Our own processes wrote the payload, and the type of `Step` ties it to the step's name.
  await runScript(step, startRun(withSeen, item), payload as PayloadOf<typeof step>);
};
