import type { DomainEvent } from '../../../domain/events.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { AcceptedTax, InvoiceDrafted, InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import type { JournalDraft } from '../../../domain/ledger/journal.ts';
import type { RevenuePolicy } from '../../../domain/ledger/revenuePolicy.ts';
import { demoBusinessUnit } from '../../../domain/masterData/demo.ts';
import { minor, minorText } from '../../../domain/money.ts';
import { recorded, taxOf } from '../invoice/sale.ts';
import { journalsOf } from './books.ts';

// What follows goods through the books, by the deciders and the posting function themselves.

export const day = '2026-11-24';
export const at = `${day}T15:00:00.000Z`;

export type Known = { readonly eventId: string; readonly position: string };

/** The journals of everything that happens in one business unit. */
export const booksIn = (currency: string) => {
  const businessUnit = { ...demoBusinessUnit, version: 1, currency };
  const journals: JournalDraft[] = [];
  const happened = (event: DomainEvent): Known => {
    const known = recorded(event, at);
    journals.push(...journalsOf(known, { businessUnit }));
    return known;
  };
  return { journals, happened };
};

type Happened = ReturnType<typeof booksIn>['happened'];

export const balanceOf = (journals: readonly JournalDraft[], role: string): bigint =>
  journals
    .flatMap((journal) => journal.lines)
    .filter((line) => line.role === role)
    .reduce((total, line) => total + minor(line.debit) - minor(line.credit), 0n);

/** One invoice of goods that left under a policy. What its decider refuses does not happen. */
export const invoiceIn = (happened: Happened, draft: InvoiceDrafted['data'], policy: RevenuePolicy) => {
  let state = invoiceDecider.initial;
  let documents = 0;
  const log: (Known & { readonly event: InvoiceEvent })[] = [];
  const tell = (command: InvoiceCommand): boolean => {
    const decided = invoiceDecider.decide(command, state);
    if ('refused' in decided) return false;
    for (const event of decided) {
      state = invoiceDecider.evolve(state, event);
      log.push({ event, ...happened(event) });
    }
    return decided.length > 0;
  };
  const lastOf = (type: InvoiceEvent['type']): Known =>
    log.findLast(({ event }) => event.type === type) ?? { eventId: '', position: '' };
  const accepted = (): readonly AcceptedTax[] =>
    log.flatMap(({ event, eventId, position }) => {
      if (event.type !== 'TaxMismatchAccepted') return [];
      const { reason: _reason, ...said } = event.data;
      return [{ eventId, position, accepted: said }];
    });
  const nameOf = (letter: string): string => {
    documents += 1;
    return `${letter}-${draft.invoiceId}-${documents}`;
  };
  const unlimited = '999999999999';

  const earn = (): boolean => tell({ type: 'RecogniseRevenue', day });
  const takeBack = (reason: 'INVOICE_VOIDED' | 'SHIPMENT_VOIDED'): boolean => {
    const { eventId: recognisedEventId, position: recognisedPosition } = lastOf('RevenueRecognised');
    return tell({ type: 'ReverseRevenue', reason, day, recognisedEventId, recognisedPosition });
  };
  tell({ type: 'DraftInvoice', draft });
  return {
    ...{ policy, earn, takeBack },
    state: () => state,
    withdraw: () => {
      const { shipmentId = '' } = draft.lines[0] ?? {};
      tell({ type: 'WithdrawDraft', reason: 'SHIPMENT_VOIDED', shipmentId, voidDate: day });
      takeBack('SHIPMENT_VOIDED');
    },
    issue: () => {
      const lines = taxOf(draft);
      const tax = minorText(lines.reduce((sum, line) => sum + minor(line.tax), 0n));
      tell({ type: 'RecordTax', engine: 'avatax', docCode: draft.invoiceId, lines, tax });
      const number = `INV-${draft.invoiceId}`;
      return tell({ type: 'IssueInvoice', number, series: 'INV', issueDate: day, contentSha256: 'd0' });
    },
    void: () => {
      const { eventId: issuedEventId, position: issuedPosition } = lastOf('InvoiceIssued');
      const why = { reason: 'wrong customer', voidDate: day, issuedEventId, issuedPosition };
      return tell({ type: 'VoidInvoice', ...why, taxAccepted: accepted() });
    },
    /** The engine holds so much more than was issued, below zero less, and that is accepted. */
    acceptTax: (difference: bigint) => {
      const tax = minorText(minor(state.issued?.totals.tax ?? '0') + difference);
      tell({ type: 'RecordTaxCommit', engine: 'avatax', docCode: draft.invoiceId, tax });
      if (state.commit?.kind !== 'MISMATCH') return false;
      const said = { difference: state.commit.difference, reason: 'rounded', acceptedOn: day, acceptedBy: 'lee' };
      return tell({ type: 'AcceptTaxMismatch', acceptanceId: nameOf('A'), ...said, limit: unlimited });
    },
    /** Of the only line: an amount of its price, or one piece that came back. */
    credit: (part: { readonly amount: string } | { readonly qty: '1' }) => {
      const creditMemoId = nameOf('M');
      const cause = 'qty' in part ? 'RETURN' : 'PRICE';
      const lines = [{ invoiceLineId: '1', ...part }];
      const asked = { cause, reason: 'told', lines, charges: [], limit: unlimited, by: 'lee' } as const;
      if (!tell({ type: 'DraftCreditMemo', creditMemoId, ...asked })) return false;
      if (cause === 'RETURN' && policy === 'ON_DELIVERY') earn();
      const as = { number: creditMemoId, series: 'CM', issueDate: day, contentSha256: 'd0' };
      return tell({ type: 'IssueCreditMemo', creditMemoId, ...as });
    },
    /** What of its tax the engine holds, as it was accepted and less what was credited. */
    taxOwed: (): bigint => {
      if (state.issued === null || state.voided) return 0n;
      const given = state.credits.reduce((sum, { memo }) => sum + minor(memo.totals.tax), 0n);
      const more = state.acceptances.reduce((sum, { difference }) => sum + minor(difference), 0n);
      return minor(state.issued.totals.tax) + more - given;
    },
  };
};

export type FlowInvoice = ReturnType<typeof invoiceIn>;
