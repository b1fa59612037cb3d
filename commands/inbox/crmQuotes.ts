import { addDays } from '../../domain/calendar.ts';
import type { CrmOwnership } from '../../domain/masterData/crm.ts';
import type { CrmQuoteRow, CrmQuotes } from '../ports.ts';
import { crmQuotesOf } from './crmKept.ts';
import { type CrmFeed, type CrmReaderPorts, createCrmReader } from './crmReader.ts';
import { type TakingQuotes, takeQuote } from './quoteTaking.ts';

export type CrmQuotesPorts = TakingQuotes & CrmReaderPorts & { readonly crm: CrmQuotes };

/** Each is a whole order. */
const quotesAtOnce = 16;

const quotesFor =
  (ports: CrmQuotesPorts, bu: string) =>
  (ownership: CrmOwnership): CrmFeed<CrmQuoteRow> | undefined => {
    const { theirs: unit = bu, quotes } = ownership;
    if (quotes === undefined) return undefined;
    const { crm } = ports;
    // A day begins earlier elsewhere; which quotes are meant is decided by the day that each of them names.
    const closedFrom = addDays(quotes.wonFrom, -1);
    return {
      scope: JSON.stringify([unit, quotes.wonFrom]),
      changed: (place, signal) => crm.changed(unit, { ...place, closedFrom }, signal),
      row: (id, signal) => crm.quote(unit, id, signal),
      take: async (row, signal) => {
        if (row.kind === 'QUOTE') await takeQuote(ports, { bu, ownership, quotes }, row, signal);
      },
      // Of two revisions with one number the first is the first.
      turnOf: (row) => (row.kind === 'QUOTE' ? row.quote.number : row.id),
      takenAtOnce: quotesAtOnce,
    };
  };

/** Makes orders of the quotes that a business unit's people won in the CRM. */
export const createCrmQuotesInbox = (ports: CrmQuotesPorts, bu: string) => {
  const { system } = ports.crm;
  const of = { system, bu, what: 'QUOTE', consumer: crmQuotesOf(system, bu) } as const;
  return createCrmReader(ports, of, quotesFor(ports, bu));
};
