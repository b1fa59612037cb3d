import { credit as creditAccount } from '../../domain/credit/credit.ts';
import { streamName } from '../../domain/eventLog.ts';
import { restockingFee } from '../../domain/invoice/creditMemo.ts';
import { creditOf, issuedCreditMemo } from '../../domain/invoice/creditMemos.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { numberingDecider, numberOf } from '../../domain/invoice/numbering.ts';
import type { Credit, InvoiceState } from '../../domain/invoice/state.ts';
import { taxByReference, taxRequestLines } from '../../domain/invoice/tax.ts';
import { taxCodesOf } from '../../domain/masterData/catalog.ts';
import { minor, minorText } from '../../domain/money.ts';
import type { OfCreditMemo } from '../../domain/orderToCash/stepPayloads.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { businessDay } from '../businessDay.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { PartnerUnavailable, type TaxCommit, type TaxRequest } from '../partnerPorts.ts';
import { knownFailureDelayMs, RefusedOutside } from '../workers/trouble.ts';
import { recognise } from './revenueScripts.ts';
import { shipmentStream } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';

const series = 'CM';
const prefix = 'CM-';

const invoiceStream = ({ bu, invoiceId }: OfCreditMemo) => streamName('invoice', bu, invoiceId);

const loadCredit = async (run: Run, of: OfCreditMemo) => {
  const { state } = await run.load(invoiceDecider, invoiceStream(of));
  return { state, found: creditOf(state, of.creditMemoId) };
};

/**
 * Number, then issue. A draft is never taken back, so a number that was given always has its document. Goods that came back had
 * reached the customer, whether a carrier said so or not, and whether there was a return or somebody credits them by hand.
 */
export const issueCreditMemo: StepScript<'issueCreditMemo'> = async (run, of) => {
  const { state, found } = await loadCredit(run, of);
  if (found === undefined || found.issued !== null) return;
  const [line] = found.memo.lines;
  if (line !== undefined && found.memo.cause === 'RETURN' && state.draft?.revenuePolicy === 'ON_DELIVERY') {
    const shipment = await run.load(shipmentDecider, shipmentStream({ bu: of.bu, shipmentId: line.shipmentId }));
    await recognise(run, of, run.clock(), shipment.state);
  }
  const { bu, creditMemoId } = of;
  const assign = { type: 'AssignNumber', bu, series, prefix, documentId: creditMemoId } as const;
  const numbers = streamName('numbering', bu, series);
  const given = await run.tell(numberingDecider, numbers, assign, `${creditMemoId}:number`);
  const number = numberOf(given.state, creditMemoId);
  if (number === undefined) throw new Error(`credit memo ${creditMemoId} was given no number`);
  const today = businessDay(run, bu, run.clock());
  const invoicedOn = state.issued?.issueDate ?? today;
  const as = { number, series, issueDate: today < invoicedOn ? invoicedOn : today };
  const command = { type: 'IssueCreditMemo', creditMemoId, ...as } as const;
  const sha256 = contentSha256(issuedCreditMemo(found, as));
  await run.tell(invoiceDecider, invoiceStream(of), { ...command, contentSha256: sha256 }, `${run.intentId}:issue`);
};

/** What comes off what the customer owes us for the invoice. */
export const afterCreditMemo: StepScript<'afterCreditMemo'> = async (run, { customer, currency, amount, ...of }) => {
  const command = { type: 'CreditReceivable', ...of, customer, currency, amount } as const;
  await run.tell(creditAccount, streamName('credit', of.bu, customer), command, `${run.intentId}:receivable`);
};

/** A document of its own below zero, with the tax that is given back: the engine takes it as it is and computes none. */
const requestOf = (run: Run, { bu, creditMemoId }: OfCreditMemo, { memo, issued }: Credit, state: InvoiceState) => {
  const charges = memo.charges.filter(({ code }) => code !== restockingFee);
  const asked = taxRequestLines({ lines: memo.lines, charges }, taxCodesOf(run.catalog.current(), bu));
  if (asked.kind === 'missing') return asked;
  const taxes = taxByReference(memo.taxes);
  const negative = (amount: bigint): string => minorText(-amount);
  const lines: TaxRequest['lines'] = asked.lines.map((line) => ({
    ...line,
    qty: line.qty === '0' ? '1' : line.qty,
    amount: negative(minor(line.amount)),
    tax: negative(taxes.get(line.reference) ?? 0n),
  }));
  const { soldTo: customer, currency, shipTo } = memo;
  const taxDate = businessDay(run, bu, state.draft?.shippedAt ?? run.clock());
  const request: TaxRequest = {
    ...{ docCode: creditMemoId, bu, customer, customerTaxCode: state.draft?.customerTaxCode ?? '' },
    ...{ date: issued?.issueDate ?? taxDate, currency, shipTo, lines },
    credits: { invoiceNumber: memo.invoiceNumber, taxDate },
  };
  return { kind: 'ready' as const, request };
};

type Failed = { readonly code: string; readonly detail: string };

const told = async (run: Run, of: OfCreditMemo, credit: Credit, state: InvoiceState) => {
  const commit = () => run.tax.commit(of.bu, of.creditMemoId, 'credit');
  // The engine has it: what it keeps is asked for, and no document is sent over that.
  if (credit.isTaxCommitted) return commit();
  const asked = requestOf(run, of, credit, state);
  if (asked.kind === 'missing') {
    const detail = asked.problems.map((each) => each.detail).join(' ');
    return { kind: 'refused' as const, code: 'TAX_MAPPING_MISSING', detail };
  }
  const saved = await run.tax.calculate(asked.request);
  return saved.kind === 'calculated' ? commit() : saved;
};

const negated = (amount: string): string => minorText(-minor(amount));

/** What the engine keeps, as so much that is given back. */
const givenBack = ({ tax, jurisdictions }: TaxCommit) => ({
  tax: negated(tax),
  ...(jurisdictions !== undefined && {
    jurisdictions: jurisdictions.map((each) => ({ jurisdiction: each.jurisdiction, tax: negated(each.tax) })),
  }),
});

/**
 * The code is the credit memo's id, so a lost answer makes no second document there. Why the engine did not do it is noted, and
 * its process tries later; of one that it has, which it told before, this step asks again by itself.
 */
export const tellCreditTax = async (run: Run, of: OfCreditMemo): Promise<void> => {
  const { state, found } = await loadCredit(run, of);
  if (found === undefined || found.issued === null) return;
  const { engine } = run.tax;
  const about = { creditMemoId: of.creditMemoId, engine };
  const fail = ({ code, detail }: Failed, name: string) => {
    const command = { type: 'RecordCreditTaxFailure', ...about, code, detail } as const;
    return run.tell(invoiceDecider, invoiceStream(of), command, `${run.intentId}:${name}`);
  };
  try {
    const answer = await told(run, of, found, state);
    if (answer.kind === 'refused') {
      const { events } = await fail(answer, 'failed');
      // While nothing differs nobody waits for what it says now.
      const isWaitedFor = events.length === 0 && found.mismatch !== null;
      if (isWaitedFor) throw new RefusedOutside(answer.code, answer.detail, knownFailureDelayMs);
      return;
    }
    const command = { type: 'RecordCreditTaxCommit', ...about, ...givenBack(answer) } as const;
    await run.tell(invoiceDecider, invoiceStream(of), command, `${run.intentId}:commit`);
  } catch (error) {
    // The step goes on asking by itself; people see why it waits.
    if (error instanceof PartnerUnavailable) await fail({ code: 'TAX_UNAVAILABLE', detail: error.message }, 'away');
    throw error;
  }
};

export const commitCreditTax: StepScript<'commitCreditTax'> = async (run, of) => {
  const { found } = await loadCredit(run, of);
  if (found?.isTaxCommitted === false) await tellCreditTax(run, of);
};
