import fc from 'fast-check';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { type InvoiceState, invoiceState } from '../../../domain/invoice/state.ts';
import { acceptedOrder, bearingLine, confirmation, draftOf, eventsOf, issuedInvoice, taxOf } from './sale.ts';

// One issued invoice of seven bearings, and what may become of it.

const shipped = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200', itemGroup: 'BEARING' }]);
export const draft = draftOf('INV-A', acceptedOrder([bearingLine('10')]), shipped, [['10', '0', '7']], false);
export const invoice = issuedInvoice(draft, 'INV-000001', taxOf(draft));
export const { total } = invoice.totals;
const key = { invoiceId: draft.invoiceId, orderId: draft.orderId, bu: draft.bu };

export const issued: InvoiceState = fold(invoiceDecider, invoiceDecider.initial, [
  { type: 'InvoiceDrafted', data: draft },
  { type: 'InvoiceIssued', data: invoice },
] as const satisfies readonly InvoiceEvent[]);

export const pay = (paymentId: string, amount: string): InvoiceCommand => ({
  ...{ type: 'RecordPayment', paymentId, reference: `BANK-${paymentId}`, amount, today: '2026-11-26' },
  ...{ paidAt: '2026-11-24T08:00:00Z', recordedBy: 'kim' },
});

type WriteOff = Extract<InvoiceCommand, { type: 'WriteOffInvoice' }>;
export const writeOff = (writeOffId: string, amount: string, more: Partial<WriteOff> = {}): InvoiceCommand => ({
  ...{ type: 'WriteOffInvoice', writeOffId, amount, cause: 'SMALL_BALANCE', reason: 'r' },
  ...{ writtenOffOn: '2026-11-25', writtenOffBy: 'lee', limit: '100000' },
  ...more,
});

export const apply = (depositId: string, upTo: string): InvoiceCommand => ({
  ...{ type: 'ApplyDeposit', upTo, day: '2026-11-24' },
  deposit: { depositId, reference: `BANK-${depositId}`, customerGroup: 'G', channel: 'portal' },
});

export const back = (creditMemoId: string, qty: string): InvoiceCommand => ({
  ...{ type: 'DraftCreditMemo', creditMemoId, cause: 'RETURN', reason: 'r', charges: [], limit: '1000000', by: 'kim' },
  lines: [{ invoiceLineId: '1', qty }],
});

export const issue = (creditMemoId: string): InvoiceCommand => ({
  ...{ type: 'IssueCreditMemo', creditMemoId, number: `N-${creditMemoId}`, series: 'CM' },
  ...{ issueDate: '2026-11-27', contentSha256: 'd' },
});

export const takeBack: InvoiceCommand = {
  ...{ type: 'VoidInvoice', reason: 'r', voidDate: '2026-11-28', issuedEventId: 'e' },
};

export const stateAfter = (...commands: readonly InvoiceCommand[]): InvoiceState =>
  commands.reduce(
    (state, command) => fold(invoiceDecider, state, eventsOf(invoiceDecider.decide(command, state))),
    issued,
  );

export const given = (...commands: readonly InvoiceCommand[]) => ({
  when: (command: InvoiceCommand) => invoiceDecider.decide(command, stateAfter(...commands)),
});

const posted = [
  { type: 'TaxCommitted', data: { ...key, engine: 'e', docCode: 'd', tax: '0' } },
  { type: 'InvoicePosted', data: { ...key, batchId: 'b', journalId: 'j', erpDocument: 'GL-1' } },
] as const satisfies readonly InvoiceEvent[];

/** Once its tax is committed and the ERP has it. */
export const statusAfter = (...commands: readonly InvoiceCommand[]) =>
  invoiceState(fold(invoiceDecider, stateAfter(...commands), posted));

const actOf = (kind: string, amount: number, n: number): readonly InvoiceCommand[] => {
  const id = `${kind}-${n}`;
  switch (kind) {
    case 'pay':
      return [pay(id, `${amount}`)];
    case 'return':
      return [pay(id, `-${amount}`)];
    case 'writeOff':
      return [writeOff(id, `${amount}`, { cause: 'BAD_DEBT', limit: '9999999' })];
    case 'deposit':
      return [apply(`D${n % 3}`, `${amount}`)];
    case 'credit':
      return [back(id, `${1 + (amount % 3)}`), issue(id)];
    default:
      // Rarely, because little comes after it.
      return amount % 7 === 0 ? [takeBack] : [];
  }
};

/** Whatever may become of it, some of which is refused. */
export const someActs: fc.Arbitrary<readonly (readonly InvoiceCommand[])[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom('pay', 'return', 'writeOff', 'deposit', 'credit', 'void'),
      fc.integer({ min: 1, max: 9_000 }),
    ),
    { maxLength: 30 },
  )
  .map((acts) => acts.map(([kind, amount], n) => actOf(kind, amount, n)));
