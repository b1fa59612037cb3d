import { minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import type { Owned } from './intercompany.ts';
import { noLineage } from './journal.ts';
import type { Role } from './roles.ts';
import { type Entry, entry, type Posting } from './template.ts';

/** A sale of goods that their owner `owned.bu` has at a node of the seller's: in which books, between whom, at which price. */
export type IntercompanySale = { readonly seller: string; readonly owned: Owned; readonly price: string };

/** What the seller owes: the transfer price of the goods, to their owner. */
export const owedToOwner = (facts: Facts, { owned }: Pick<IntercompanySale, 'owned'>): Facts => ({
  ...facts,
  tradingPartner: owned.bu,
});

/** T24, in the owner's books: goods go out of `stock` at what they cost, and the seller owes the transfer price. */
export const soldByOwner = (
  { seller, owned, price }: IntercompanySale,
  facts: Facts,
  stock: Role = 'INVENTORY',
): readonly Entry[] => {
  const partner = { ...facts, tradingPartner: seller };
  return [
    entry('INTERCOMPANY_AR', 'DEBIT', minor(price), partner, noLineage),
    entry('INTERCOMPANY_COGS', 'DEBIT', minor(owned.cost), partner, noLineage),
    entry('INTERCOMPANY_REVENUE', 'CREDIT', minor(price), partner, noLineage),
    entry(stock, 'CREDIT', minor(owned.cost), facts, noLineage),
  ];
};

/** The journal's name beside that of the seller's, which is of the same event and template; `part`: of which part of the event. */
export const ownersPart = (part?: string): string => (part === undefined ? 'owner' : `owner/${part}`);

type Head = Pick<Posting, 'books' | 'part' | 'paired' | 'orderId' | 'invoiceId' | 'declaredSource'>;

/**
 * The owner has no order: its lines lead to the fact that the goods left, which leads on to the seller's documents. Both sides
 * are posted whatever templates a rule set names, because one side alone would never clear.
 */
export const inOwnersBooks = (owner: string, seller: string, shipmentId: string, part?: string): Head => ({
  books: owner,
  part: ownersPart(part),
  paired: true,
  orderId: null,
  invoiceId: null,
  declaredSource: `intercompany-sale:${seller}/${shipmentId}`,
});
