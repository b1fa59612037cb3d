import { type Minor, minor, minorText } from '../money.ts';
import type { TaxLine } from './events.ts';
import type { Credit, InvoiceState } from './state.ts';
import type { TaxMismatchAccepted, TaxPart } from './taxEvents.ts';

/** What the tax engine holds of one jurisdiction, minor units; of a credit memo so much as is given back. */
export type JurisdictionTax = { readonly jurisdiction: string; readonly tax: string };

/** The tax engine holds `theirs`, which is by `difference` more than the books have. */
export type OpenDifference = {
  readonly engine: string;
  readonly theirs: string;
  readonly difference: string;
  /** Absent: the engine told its total alone. */
  readonly parts?: readonly TaxPart[];
};

export type Acceptance = Pick<
  TaxMismatchAccepted['data'],
  'acceptanceId' | 'creditMemoId' | 'difference' | 'parts' | 'approvalId'
>;

type Accepting = Pick<InvoiceState, 'acceptances'>;

/** Those of one document of the invoice; `creditMemoId` undefined: of the invoice itself. */
export const acceptancesOf = ({ acceptances }: Accepting, creditMemoId: string | undefined): readonly Acceptance[] =>
  acceptances.filter((each) => each.creditMemoId === creditMemoId);

const differencesOf = (all: readonly { readonly difference: string }[]): Minor =>
  all.reduce((sum, { difference }) => sum + minor(difference), 0n);

/** By so much more than was issued the books have of a document's tax; below zero: less. */
export const acceptedOf = (state: Accepting, creditMemoId: string | undefined): Minor =>
  differencesOf(acceptancesOf(state, creditMemoId));

const summed = (all: readonly (readonly [string, Minor])[]): ReadonlyMap<string, Minor> => {
  const sums = new Map<string, Minor>();
  for (const [jurisdiction, amount] of all) sums.set(jurisdiction, (sums.get(jurisdiction) ?? 0n) + amount);
  return sums;
};

type Booked = { readonly taxes: readonly TaxLine[]; readonly accepted: readonly Acceptance[] };

/** What the books have of a document by jurisdiction, and what was accepted of none. */
const bookedByJurisdiction = ({ taxes, accepted }: Booked): readonly (readonly [string, Minor])[] => [
  ...taxes.map(({ jurisdiction, tax }) => [jurisdiction, minor(tax)] as const),
  ...accepted.flatMap(({ parts }) =>
    parts.flatMap(({ jurisdiction, difference }) =>
      jurisdiction === null ? [] : [[jurisdiction, minor(difference)] as const],
    ),
  ),
];

/** Undefined where the engine did not tell it, or where what it tells does not add up to the difference of the totals. */
const toldParts = (
  booked: Booked,
  told: readonly JurisdictionTax[] | undefined,
  difference: Minor,
): readonly TaxPart[] | undefined => {
  if (told === undefined) return undefined;
  const theirs = told.map(({ jurisdiction, tax }) => [jurisdiction, minor(tax)] as const);
  const ours = bookedByJurisdiction(booked).map(([jurisdiction, amount]) => [jurisdiction, -amount] as const);
  const parts = [...summed([...theirs, ...ours])]
    .filter(([, amount]) => amount !== 0n)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([jurisdiction, amount]) => ({ jurisdiction, difference: minorText(amount) }));
  return differencesOf(parts) === difference ? parts : undefined;
};

/** How far the engine is from the books: nothing, or what a person has to decide about. */
export const differenceOf = (
  booked: Booked & { readonly tax: string },
  { engine, tax: theirs, jurisdictions }: { engine: string; tax: string; jurisdictions?: readonly JurisdictionTax[] },
): { readonly ours: string; readonly open: OpenDifference | null } => {
  const ours = minor(booked.tax) + differencesOf(booked.accepted);
  const difference = minor(theirs) - ours;
  if (difference === 0n) return { ours: minorText(ours), open: null };
  const parts = toldParts(booked, jurisdictions, difference);
  const open = { engine, theirs, difference: minorText(difference), ...(parts !== undefined && { parts }) };
  return { ours: minorText(ours), open };
};

/**
 * By jurisdiction what is accepted. Where the engine told its total alone, a document of one jurisdiction differs by that
 * one; whose it is among several nobody knows.
 */
export const acceptedParts = ({ parts, difference }: OpenDifference, taxes: readonly TaxLine[]): readonly TaxPart[] => {
  if (parts !== undefined) return parts;
  const [only = null, ...others] = new Set(taxes.map(({ jurisdiction }) => jurisdiction));
  return [{ jurisdiction: others.length === 0 ? only : null, difference }];
};

/** What of a document's tax waits for a person. */
export const openDifference = ({ commit }: Pick<InvoiceState, 'commit'>, credit?: Credit): OpenDifference | null => {
  if (credit !== undefined) return credit.mismatch;
  return commit?.kind === 'MISMATCH' ? commit : null;
};

/** Nothing new: the same amount, and of no jurisdiction that was not told before. */
export const isKnownDifference = (known: OpenDifference | null, told: OpenDifference | null): boolean =>
  known?.theirs === told?.theirs && (told?.parts === undefined || known?.parts !== undefined);
